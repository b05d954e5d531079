/* The guest's kernel command line: its words, as Linux reads them (semantics §10.6). */
#include "domain.h"

bool dx_kernel_word(struct dx_str *word, struct dx_str *rest)
{
    bool quoted = false;
    size_t from = 0, to;

    *word = DX_NONE;
    if (rest->len == 0) {
        return false;
    }
    while (from < rest->len && dx_is_space(rest->ptr[from])) {
        from++;
    }
    for (to = from; to < rest->len && (quoted || !dx_is_space(rest->ptr[to])); to++) {
        quoted = quoted != (rest->ptr[to] == '"');
    }
    *word = (struct dx_str){rest->ptr + from, to - from};
    *rest = (struct dx_str){rest->ptr + to, rest->len - to};
    return word->len > 0;
}

bool dx_kernel_word_open(struct dx_str word)
{
    bool quoted = false;

    for (size_t i = 0; i < word.len; i++) {
        quoted = quoted != (word.ptr[i] == '"');
    }
    return quoted;
}

struct dx_str dx_kernel_key(struct dx_str word)
{
    const char *equals;

    /* "key=a b" in quotes as a whole is key="a b". */
    if (dx_str_starts(word, "\"")) {
        word.ptr++;
        word.len--;
    }
    equals = word.len ? memchr(word.ptr, '=', word.len) : NULL;
    return (struct dx_str){word.ptr, equals ? (size_t)(equals - word.ptr) : word.len};
}

struct dx_str dx_kernel_value(struct dx_str word)
{
    struct dx_str key = dx_kernel_key(word);
    const char *end, *from;

    if (word.len == 0) {
        return DX_NONE;
    }
    end = word.ptr + word.len;
    from = key.ptr + key.len;
    return from < end && *from == '=' ? (struct dx_str){from + 1, (size_t)(end - from) - 1} : DX_NONE;
}

bool dx_kernel_same_key(struct dx_str a, struct dx_str b)
{
    for (size_t i = 0; i < a.len && a.len == b.len; i++) {
        char x = a.ptr[i] == '-' ? '_' : a.ptr[i], y = b.ptr[i] == '-' ? '_' : b.ptr[i];

        if (x != y) {
            return false;
        }
    }
    return a.len == b.len;
}

bool dx_kernel_same_word(struct dx_str a, struct dx_str b)
{
    struct dx_str value = dx_kernel_value(a), other = dx_kernel_value(b);

    return dx_kernel_same_key(dx_kernel_key(a), dx_kernel_key(b)) && !value.ptr == !other.ptr &&
           dx_str_equal(value, other);
}

bool dx_kernel_repeats(struct dx_str key)
{
    /* Linux, dracut and systemd read each of these as often as it stands; of any other the last one counts. */
    static const char *const keys[] = {"acpi_osi",
                                       "bond",
                                       "bridge",
                                       "console",
                                       "crashkernel",
                                       "earlycon",
                                       "hugepages",
                                       "hugepagesz",
                                       "ifname",
                                       "initcall_blacklist",
                                       "ip",
                                       "memmap",
                                       "modprobe.blacklist",
                                       "nameserver",
                                       "pci",
                                       "rd.dm.uuid",
                                       "rd.driver.blacklist",
                                       "rd.driver.post",
                                       "rd.driver.pre",
                                       "rd.luks.key",
                                       "rd.luks.name",
                                       "rd.luks.options",
                                       "rd.luks.uuid",
                                       "rd.lvm.lv",
                                       "rd.lvm.vg",
                                       "rd.md.uuid",
                                       "rd.route",
                                       "rd.znet",
                                       "systemd.mask",
                                       "systemd.setenv",
                                       "systemd.wants",
                                       "team",
                                       "video",
                                       "vlan",
                                       NULL};

    for (size_t i = 0; keys[i]; i++) {
        if (dx_kernel_same_key(key, dx_str_of(keys[i]))) {
            return true;
        }
    }
    return false;
}

bool dx_kernel_on(struct dx_str word)
{
    struct dx_str value = dx_kernel_value(word);

    return !value.ptr || dx_str_same_word(value, "on") || (value.len > 0 && memchr("yYtT1", value.ptr[0], 5));
}

/* What a command line holds of one word's key. */
struct found {
    struct dx_str last;    /* the last argument of the key; ptr NULL: there is none */
    bool same;             /* one of them is the word */
    struct dx_str before;  /* the line up to the end of the last argument; what comes after "--" is none */
    struct dx_str initial; /* "--" and all behind it; len == 0 when there is none */
};

static struct found find(struct dx_str line, struct dx_str word)
{
    struct found found = {.before = {line.ptr, 0}};
    struct dx_str rest = line, there;

    while (dx_kernel_word(&there, &rest)) {
        if (dx_str_is(there, "--")) {
            found.initial = (struct dx_str){there.ptr, (size_t)(line.ptr + line.len - there.ptr)};
            break;
        }
        found.before.len = (size_t)(rest.ptr - line.ptr);
        if (dx_kernel_same_key(dx_kernel_key(there), dx_kernel_key(word))) {
            found.last = there;
            found.same = found.same || dx_kernel_same_word(there, word);
        }
    }
    return found;
}

struct dx_str dx_kernel_last(struct dx_str line, struct dx_str key)
{
    return find(line, key).last;
}

/* The line with `with` in the place of a piece of it. */
static struct dx_str splice(struct dx_arena *arena, struct dx_str line, struct dx_str piece, const char *gap,
                            struct dx_str with, const char *behind)
{
    dx_cleanup(dx_buf_free) struct dx_buf buf = DX_BUF(arena->mem);
    const char *end = piece.ptr + piece.len;

    dx_buf_bytes(&buf, line.ptr, (size_t)(piece.ptr - line.ptr));
    dx_buf_puts(&buf, gap);
    dx_buf_str(&buf, with);
    dx_buf_puts(&buf, behind);
    dx_buf_bytes(&buf, end, (size_t)(line.ptr + line.len - end));
    return buf.failed ? DX_NONE : dx_arena_copy(arena, dx_buf_view(&buf));
}

struct dx_str dx_kernel_put(struct dx_str *replaced, struct dx_arena *arena, struct dx_str line, struct dx_str word)
{
    struct found found = find(line, word);

    *replaced = DX_NONE;
    if (found.last.ptr && !dx_kernel_repeats(dx_kernel_key(word))) {
        if (dx_kernel_same_word(found.last, word)) {
            return line;
        }
        *replaced = found.last;
        return splice(arena, line, found.last, "", word, "");
    }
    if (found.same) {
        return line;
    }
    if (found.before.len > 0) {
        return splice(arena, line, (struct dx_str){line.ptr + found.before.len, 0}, " ", word, "");
    }
    return found.initial.len > 0 ? splice(arena, line, (struct dx_str){found.initial.ptr, 0}, "", word, " ")
                                 : dx_arena_copy(arena, word);
}

bool dx_kernel_names(struct dx_str pattern, struct dx_str word)
{
    return dx_kernel_value(pattern).ptr ? dx_kernel_same_word(pattern, word)
                                        : dx_kernel_same_key(dx_kernel_key(pattern), dx_kernel_key(word));
}

const struct dx_node *dx_kernel_direct(const struct dx_node *domain)
{
    const struct dx_node *kernel = dx_domain_find(domain, "os", "kernel");

    return kernel && dx_node_text(kernel).len > 0 ? kernel : NULL;
}
