#include "account.h"

/* Systems whose /usr is an image keep the accounts of their packages there. */
static const char *const users[] = {"/etc/passwd", "/usr/lib/passwd", NULL};
static const char *const groups[] = {"/etc/group", "/usr/lib/group", NULL};

enum { NAME, PASSWORD, ID, LAST, FIELDS }; /* LAST: the group of a user, the names in a group */

/* The fields of a line; false where it has fewer. */
static bool split(struct dx_str fields[FIELDS], struct dx_str line)
{
    for (int i = 0; i < FIELDS; i++) {
        const char *colon = line.len ? memchr(line.ptr, ':', line.len) : NULL;
        size_t len = colon ? (size_t)(colon - line.ptr) : line.len;

        if (!colon && i < LAST) {
            return false;
        }
        fields[i] = (struct dx_str){line.ptr, len};
        len += colon != NULL;
        line = (struct dx_str){line.ptr + len, line.len - len};
    }
    return true;
}

/* The line of a name, or (NULL) of an id. */
static bool find(struct dx_str fields[FIELDS], struct dx_plan *plan, const char *const *files, const char *name,
                 uint64_t id)
{
    for (size_t i = 0; files[i]; i++) {
        struct dx_str rest = dx_root_read(&plan->root, &plan->arena, files[i], DX_MOST_CONFIG).text, line;
        uint64_t number;

        while (dx_next_line(&line, &rest)) {
            if (split(fields, line) && dx_parse_uint(fields[ID], UINT32_MAX, &number) &&
                (name ? dx_str_is(fields[NAME], name) : number == id)) {
                return true;
            }
        }
    }
    return false;
}

struct dx_account dx_account_find(struct dx_plan *plan, const char *name)
{
    struct dx_account account = {.name = name};
    struct dx_str fields[FIELDS];

    account.passwd = dx_root_read(&plan->root, &plan->arena, users[0], DX_MOST_CONFIG);
    account.known = name && find(fields, plan, users, name, 0) && dx_parse_uint(fields[ID], UINT32_MAX, &account.uid) &&
                    dx_parse_uint(fields[LAST], UINT32_MAX, &account.gid);
    return account;
}

bool dx_account_is_in(struct dx_plan *plan, const struct dx_account *account, uint64_t gid)
{
    struct dx_str fields[FIELDS];

    if (!account->known || account->gid == gid) {
        return account->known;
    }
    if (!find(fields, plan, groups, NULL, gid)) {
        return false;
    }
    for (struct dx_str names = fields[LAST]; names.len;) {
        const char *comma = memchr(names.ptr, ',', names.len);
        size_t len = comma ? (size_t)(comma - names.ptr) : names.len;

        if (dx_str_is(dx_trim((struct dx_str){names.ptr, len}), account->name)) {
            return true;
        }
        len += comma != NULL;
        names = (struct dx_str){names.ptr + len, names.len - len};
    }
    return false;
}

const char *dx_account_spell(struct dx_plan *plan, uint64_t uid, uint64_t gid)
{
    dx_cleanup(dx_buf_free) struct dx_buf buf = DX_BUF(&plan->ctx->mem);
    const char *const *files[] = {users, groups};
    uint64_t ids[] = {uid, gid};

    for (int i = 0; i < 2; i++) {
        struct dx_str fields[FIELDS];

        dx_buf_puts(&buf, i ? ":" : "");
        if (find(fields, plan, files[i], NULL, ids[i])) {
            dx_buf_str(&buf, fields[NAME]);
        } else {
            dx_buf_format(&buf, "%llu", (unsigned long long)ids[i]);
        }
    }
    return dx_buf_keep(&buf, &plan->arena);
}
