/* The library carries the files of schemas/ and of libdomxform/recipes/, byte for byte. */
#include "bundled.h"
#include "support.h"

static void check_folder(const char *name, const char *suffix)
{
    char *folder = t_path(DX_SOURCE_DIR, name);
    struct t_names names = t_list(folder, suffix);

    assert_true(names.n > 0);
    for (size_t i = 0; i < names.n; i++) {
        const struct dx_bundled *file = dx_bundled_find(dx_str_of(names.items[i]));
        const struct dx_bundled *at = dx_bundled_at(suffix, i);
        char *path = t_path(folder, names.items[i]);
        struct t_bytes bytes = t_read(path);

        assert_non_null(file);
        assert_ptr_equal(file, at);
        t_assert_bytes(file->bytes, file->len, bytes.ptr, bytes.len);
        assert_int_equal(file->bytes[file->len], '\0');
        t_bytes_free(&bytes);
        free(path);
    }
    assert_null(dx_bundled_at(suffix, names.n));
    t_names_free(&names);
    free(folder);
}

TEST(every_schema_is_there)
{
    check_folder("schemas", ".rng");
}

TEST(the_stylesheet_of_maps_is_there)
{
    const struct dx_bundled *file = dx_bundled_find(DX_S("host-map.xsl"));
    struct t_bytes bytes = t_read(DX_SOURCE_DIR "/xslt/host-map.xsl");

    assert_non_null(file);
    t_assert_bytes(file->bytes, file->len, bytes.ptr, bytes.len);
    t_bytes_free(&bytes);
}

TEST(no_other_name_is_known)
{
    assert_null(dx_bundled_find(DX_S("domain.rng")));
    assert_null(dx_bundled_find(DX_S("domxform")));
    assert_null(dx_bundled_find(DX_S("domxform.recipe")));
    assert_null(dx_bundled_at(".xml", 0));
    assert_null(dx_bundled_find(DX_NONE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_schema_is_there),
        cmocka_unit_test(the_stylesheet_of_maps_is_there),
        cmocka_unit_test(no_other_name_is_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
