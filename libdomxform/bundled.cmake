# cmake -DFILES=A;B -DTEMPLATE=FILE -DOUT=FILE -P bundled.cmake: writes the C source that holds the bytes of the files.
# Byte by byte: a string literal of C11 need not be longer than 4095 characters, and a file is.

cmake_minimum_required(VERSION 3.22)

set(dx_note "Written by libdomxform/bundled.cmake from the files that the build lists to it: change those.")
set(dx_arrays "")
set(dx_rows "")
set(n 0)
foreach(file IN LISTS FILES)
    get_filename_component(name "${file}" NAME_WLE)
    get_filename_component(suffix "${file}" LAST_EXT)
    file(READ "${file}" bytes HEX)
    string(LENGTH "${bytes}" len)
    math(EXPR len "${len} / 2")
    # Character constants, which have the sign that a char has here.
    string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${bytes}")
    string(APPEND dx_arrays "static const char file_${n}[] = {${bytes}'\\0'};\n")
    string(APPEND dx_rows "    {\"${name}\", \"${suffix}\", file_${n}, ${len}},\n")
    math(EXPR n "${n} + 1")
endforeach()

configure_file("${TEMPLATE}" "${OUT}" @ONLY)
# Also when nothing changed: what is older than its sources is made anew each time.
file(TOUCH "${OUT}")
