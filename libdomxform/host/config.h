/* Configuration files of a host: what a key is set to, as the program would take it that reads the file. */
#ifndef DX_HOST_CONFIG_H
#define DX_HOST_CONFIG_H

#include "root.h"

enum dx_dialect {
    DX_DIALECT_LIBVIRT,     /* key = "value", 12 or [ "a", "b" ]: those in /etc/libvirt */
    DX_DIALECT_ENVIRONMENT, /* KEY="value": what systemd reads for a unit, those in /etc/sysconfig and /etc/default */
    DX_DIALECT_SELINUX,     /* KEY=value, without a blank before it: /etc/selinux/config */
    DX_DIALECT_SWTPM,       /* key = value: /etc/swtpm-localca.conf, /etc/swtpm_setup.conf */
    DX_DIALECT_SASL         /* key: value: /etc/sasl2/libvirt.conf */
};

struct dx_config {
    struct dx_reading reading; /* ODD as well where libvirt takes the file for broken, and so does not start */
    enum dx_dialect dialect;
};

/* Reads a file. What is not there says nothing. Out of memory shows in the arena. */
void dx_config_read(struct dx_config *config, const struct dx_root *root, struct dx_arena *arena, const char *path,
                    enum dx_dialect dialect);

/* What a key is set to, without quotes: of several lines the one that holds. A list is what stands between its
 * brackets, see dx_config_item(). ptr == NULL: it is not set, or the file was not read. Borrowed from the arena. */
struct dx_str dx_config_get(const struct dx_config *config, const char *key);

/* The next item of a list of libvirt's; of a value that is no list, the value. False behind the last. */
bool dx_config_item(struct dx_str *item, struct dx_str *rest);

/* True when a word of them is that one, blanks and commas between, capitals or not. */
bool dx_config_lists(struct dx_str words, const char *word);

/* True when nothing is known of what it says: it is there, or may be, and was not read. */
static inline bool dx_config_is_unknown(const struct dx_config *config)
{
    return config->reading.state != DX_READ_OK && config->reading.state != DX_READ_ABSENT;
}

#endif
