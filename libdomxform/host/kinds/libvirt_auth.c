/* Who may manage guests from elsewhere, and from another account of the host (semantics §10.7). */
#include "../account.h"
#include "../config.h"
#include "../daemon.h"
#include "../shell.h"

#define SASL_CONF "/etc/sasl2/libvirt.conf"
#define SERVER_KEY "/etc/pki/libvirt/private/serverkey.pem"
#define PASSWORDS "/etc/libvirt/passwd.db"

/* What serves connections from elsewhere: its name, and the key of its arguments in the file that systemd reads. */
static const struct server {
    const char *name, *args;
    enum dx_daemons daemons;
} servers[] = {
    {"virtproxyd", "VIRTPROXYD_ARGS", DX_DAEMONS_MODULAR},
    {"libvirtd", "LIBVIRTD_ARGS", DX_DAEMONS_MONOLITHIC},
};

struct remote {
    const struct server *server;
    enum dx_daemons daemons;
    const char *path; /* of the server's settings */
    struct dx_config conf, sasl;
    const char *listen_file; /* where --listen stands; NULL: nowhere */
    bool tcp, tls;           /* open, as far as files tell */
};

/* ---- what is there ---- */

static bool has_socket(struct dx_plan *plan, const struct server *server, const char *what)
{
    const char *unit = dx_plan_text(plan, "%s%s.socket", server->name, what);

    return unit && dx_unit_is_enabled(plan, unit);
}

/* The file that gives --listen to a server; NULL: none does. */
static const char *find_listen(struct dx_plan *plan, const struct server *server)
{
    static const char *const folders[] = {"/etc/sysconfig", "/etc/default"};

    for (size_t i = 0; i < 2; i++) {
        const char *path = dx_plan_text(plan, "%s/%s", folders[i], server->name);
        struct dx_config config;
        struct dx_str args;

        if (!path) {
            return NULL;
        }
        dx_config_read(&config, &plan->root, &plan->arena, path, DX_DIALECT_ENVIRONMENT);
        args = dx_config_get(&config, server->args);
        if (dx_config_lists(args, "--listen") || dx_config_lists(args, "-l")) {
            return path;
        }
    }
    return NULL;
}

/* The server that something was opened of, else the one whose daemons run QEMU, else the one that has settings. */
static const struct server *find_server(struct dx_plan *plan, enum dx_daemons daemons)
{
    for (size_t i = 0; i < 2; i++) {
        if (has_socket(plan, &servers[i], "-tcp") || has_socket(plan, &servers[i], "-tls") ||
            find_listen(plan, &servers[i])) {
            return &servers[i];
        }
    }
    for (size_t i = 0; i < 2; i++) {
        if (servers[i].daemons == daemons) {
            return &servers[i];
        }
    }
    for (size_t i = 0; i < 2; i++) {
        if (dx_plan_sees(plan, dx_plan_text(plan, "/etc/libvirt/%s.conf", servers[i].name))) {
            return &servers[i];
        }
    }
    return &servers[0];
}

static bool is_set(const struct dx_config *config, const char *key, const char *value)
{
    return dx_str_is(dx_config_get(config, key), value);
}

/* False when out of memory. */
static bool read_remote(struct remote *remote, struct dx_plan *plan)
{
    enum dx_daemons daemons = dx_daemons_find(plan);

    *remote = (struct remote){.server = find_server(plan, daemons)};
    remote->daemons = plan->root.fd < 0 ? DX_DAEMONS_UNKNOWN : remote->server->daemons;
    remote->path = dx_plan_text(plan, "/etc/libvirt/%s.conf", remote->server->name);
    if (!remote->path) {
        return false;
    }
    dx_config_read(&remote->conf, &plan->root, &plan->arena, remote->path, DX_DIALECT_LIBVIRT);
    dx_config_read(&remote->sasl, &plan->root, &plan->arena, SASL_CONF, DX_DIALECT_SASL);
    remote->listen_file = find_listen(plan, remote->server);
    remote->tcp =
        has_socket(plan, remote->server, "-tcp") || (remote->listen_file && is_set(&remote->conf, "listen_tcp", "1"));
    remote->tls =
        has_socket(plan, remote->server, "-tls") || (remote->listen_file && !is_set(&remote->conf, "listen_tls", "0"));
    return true;
}

/* ---- remedies ---- */

static void add_setting(struct dx_plan *plan, struct dx_need *need, unsigned flags, const char *path, const char *key,
                        const char *value, const char *why)
{
    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_SETTING,
                                       .flags = flags | DX_REMEDY_PERSISTS,
                                       .why = why,
                                       .path = path,
                                       .key = key,
                                       .separator = strcmp(path, SASL_CONF) == 0 ? ": " : " = ",
                                       .value = value});
}

static void add_manual(struct dx_plan *plan, struct dx_need *need, unsigned flags, const char *value, const char *why)
{
    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_MANUAL, .flags = flags, .why = why, .value = value});
}

/* A socket is opened by systemd only while its service is down. */
static void add_socket(struct dx_plan *plan, struct dx_need *need, const struct remote *remote)
{
    const char *name = remote->server->name;

    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_COMMAND,
                                       .flags = DX_REMEDY_CHOICE,
                                       .why = "stop the service, beside which systemd opens no socket; guests run on",
                                       .value = dx_plan_text(plan, "systemctl stop %s.service", name),
                                       .other = dx_plan_text(plan, "systemctl --quiet is-active %s-tls.socket", name)});
    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_SERVICE,
                                       .flags = DX_REMEDY_CHOICE | DX_REMEDY_PERSISTS,
                                       .why = "open port 16514, for TLS",
                                       .key = "enabled",
                                       .value = dx_plan_text(plan, "%s-tls.socket", name)});
}

/* True when TLS is open to whoever comes. */
static bool is_open_to_all(const struct remote *remote)
{
    return remote->tls && !is_set(&remote->conf, "auth_tls", "sasl") &&
           is_set(&remote->conf, "tls_no_verify_certificate", "1");
}

/* True when SCRAM can take the place of what is there, and nobody loses a mechanism that is as good or the only one. */
static bool is_scram_better(const struct remote *remote)
{
    struct dx_str list = dx_config_get(&remote->sasl, "mech_list");

    return remote->tls && !remote->tcp && (is_open_to_all(remote) || is_set(&remote->conf, "auth_tls", "sasl")) &&
           (!list.len || dx_config_lists(list, "digest-md5"));
}

static void close_key(struct dx_plan *plan, struct dx_need *need, const struct remote *remote)
{
    struct dx_str said = dx_config_get(&remote->conf, "key_file");
    const char *path = said.len ? dx_plan_keep(plan, said) : SERVER_KEY;
    struct stat st;

    if (path && dx_root_stat(&st, &plan->root, &plan->arena, path).state == DX_READ_OK && (st.st_mode & 04)) {
        dx_need_remedy(plan, need,
                       &(struct dx_remedy){.kind = DX_REMEDY_OWNER,
                                           .flags = DX_REMEDY_PERSISTS,
                                           .why = "give the key of the host to root alone",
                                           .path = path,
                                           .owner = "root:root",
                                           .mode = 0600});
    }
}

/* TLS with SCRAM. Scripts mend what is open to all or weak; all else is left to the administrator. */
static void add_tls_remedies(struct dx_plan *plan, struct dx_need *need, const struct remote *remote)
{
    unsigned ask = is_open_to_all(remote) ? 0 : DX_REMEDY_CHOICE,
             scram = is_scram_better(remote) ? 0 : DX_REMEDY_CHOICE;
    unsigned flags = ask & scram;

    close_key(plan, need, remote);
    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_PACKAGE,
                                       .flags = flags,
                                       .why = "install SCRAM, the file of passwords, and certtool",
                                       .value = "cyrus-sasl-lib cyrus-sasl-scram gnutls-utils",
                                       .other = "libsasl2-modules libsasl2-modules-db sasl2-bin gnutls-bin"});
    add_manual(
        plan, need, flags,
        "make /etc/pki/CA/cacert.pem, /etc/pki/libvirt/servercert.pem and /etc/pki/libvirt/private/serverkey.pem "
        "(mode 0600) with certtool, and give cacert.pem to the clients",
        "have a certificate that clients know the host by");
    add_setting(plan, need, ask, remote->path, "auth_tls", "\"sasl\"", "ask for a name and a password");
    add_setting(plan, need, scram, SASL_CONF, "mech_list", "scram-sha-256",
                "take a mechanism that never sends the password itself");
    add_setting(plan, need, scram, SASL_CONF, "sasldb_path", PASSWORDS, "put names and passwords there");
    dx_daemons_restart(plan, need, remote->daemons, "virtproxyd", DX_READS_ITS_FILE);
    add_manual(plan, need, flags, "saslpasswd2 -a libvirt USER", "add each user, and type the password");
    if (!remote->tls) {
        add_socket(plan, need, remote);
    }
}

static void add_tcp_remedies(struct dx_plan *plan, struct dx_need *need, const struct remote *remote)
{
    bool none = is_set(&remote->conf, "auth_tcp", "none");

    if (none || dx_config_is_unknown(&remote->conf)) {
        add_setting(plan, need, none ? 0 : DX_REMEDY_CHOICE, remote->path, "auth_tcp", "\"sasl\"",
                    "ask for a password, as is the default");
    }
    dx_daemons_restart(plan, need, remote->daemons, "virtproxyd", DX_READS_ITS_FILE);
    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_SERVICE,
                                       .flags = DX_REMEDY_CHOICE | DX_REMEDY_PERSISTS,
                                       .why = "close port 16509, since qemu+tls and qemu+ssh do the same encrypted",
                                       .key = "masked",
                                       .value = dx_plan_text(plan, "%s-tcp.socket", remote->server->name)});
    add_setting(plan, need, DX_REMEDY_CHOICE, SASL_CONF, "mech_list", "gssapi",
                "take the one mechanism for plain TCP that is still sound, where there is Kerberos");
    add_manual(plan, need, DX_REMEDY_CHOICE,
               "listen_tls = 0, listen_tcp = 1 and auth_tcp = \"sasl\" in /etc/libvirt/libvirtd.conf, "
               "mech_list: digest-md5 in " SASL_CONF ", LIBVIRTD_ARGS=\"--listen\" in /etc/sysconfig/libvirtd, and all "
               "libvirtd*.socket units masked",
               "the guide's own way, for clients that know no other: RFC 6331 retired digest-md5, and libvirtd takes "
               "--listen only without systemd's sockets");
}

/* ---- judgements ---- */

/* True when the files said enough; else it is said why not. */
static bool was_read(struct dx_plan *plan, struct dx_need *need, const struct dx_config *config)
{
    if (dx_config_is_unknown(config)) {
        dx_need_unread(plan, need, &config->reading);
        return false;
    }
    return true;
}

/* Says what is wrong with the mechanisms of an open port; false when nothing is. */
static bool judge_mechanisms(struct dx_plan *plan, struct dx_need *need, const struct remote *remote, const char *port)
{
    struct dx_str list = dx_config_get(&remote->sasl, "mech_list");

    if (!was_read(plan, need, &remote->sasl)) {
        return true;
    }
    if (!list.len) {
        dx_need_found(plan, need, DX_PLAN_UNKNOWN, "%s is open, and %s has no mech_list: any that is installed will do",
                      port, SASL_CONF);
        return true;
    }
    if (dx_config_lists(list, "digest-md5")) {
        dx_need_found(plan, need, DX_PLAN_MISSING, "%s is open with digest-md5, which RFC 6331 retired", port);
        return true;
    }
    return false;
}

static void judge_tcp(struct dx_plan *plan, struct dx_need *need, const struct remote *remote)
{
    struct dx_str auth = dx_config_get(&remote->conf, "auth_tcp"), list = dx_config_get(&remote->sasl, "mech_list");

    if (!remote->tcp && !remote->listen_file && remote->conf.reading.state != DX_READ_NO_HOST) {
        dx_need_found(plan, need, DX_PLAN_OK, "TCP is not open");
    } else if (!was_read(plan, need, &remote->conf)) {
        return;
    } else if (!remote->tcp) {
        dx_need_found(plan, need, DX_PLAN_OK, "TCP is not open");
    } else if (dx_str_is(auth, "none")) {
        dx_need_found(plan, need, DX_PLAN_MISSING,
                      "TCP is open and auth_tcp is none: whoever reaches port 16509 is root here");
    } else if (!judge_mechanisms(plan, need, remote, "TCP")) {
        bool kerberos = dx_config_lists(list, "gssapi");

        dx_need_found(plan, need, kerberos ? DX_PLAN_OK : DX_PLAN_MISSING,
                      kerberos ? "TCP is open with %.*s"
                               : "TCP is open with %.*s, which does not encrypt: nobody gets in",
                      DX_F(list));
    }
}

/* The files of TLS that the server does not start without; true when one is wrong. */
static bool judge_certificates(struct dx_plan *plan, struct dx_need *need, const struct remote *remote)
{
    static const struct {
        const char *key, *path;
        bool secret;
    } files[] = {
        {"ca_file", "/etc/pki/CA/cacert.pem", false},
        {"cert_file", "/etc/pki/libvirt/servercert.pem", false},
        {"key_file", SERVER_KEY, true},
    };

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct dx_str said = dx_config_get(&remote->conf, files[i].key);
        const char *path = said.len ? dx_plan_keep(plan, said) : files[i].path;
        struct stat st;
        struct dx_reading reading = dx_root_stat(&st, &plan->root, &plan->arena, path ? path : files[i].path);

        if (reading.state == DX_READ_ABSENT) {
            dx_need_found(plan, need, DX_PLAN_MISSING, "TLS is open, and there is no %s", reading.path);
            return true;
        }
        if (reading.state == DX_READ_OK && files[i].secret && (st.st_mode & 04)) {
            dx_need_found(plan, need, DX_PLAN_MISSING, "%s has mode %04o: every user of the host can take the key",
                          reading.path, (unsigned)st.st_mode & 07777);
            return true;
        }
    }
    return false;
}

static void judge_tls(struct dx_plan *plan, struct dx_need *need, const struct remote *remote)
{
    bool sasl = is_set(&remote->conf, "auth_tls", "sasl");

    if (!remote->tls && !remote->listen_file && remote->conf.reading.state != DX_READ_NO_HOST) {
        dx_need_found(plan, need, DX_PLAN_OK, "TLS is not open");
    } else if (!was_read(plan, need, &remote->conf)) {
        return;
    } else if (!remote->tls) {
        dx_need_found(plan, need, DX_PLAN_OK, "TLS is not open");
    } else if (!sasl && is_set(&remote->conf, "tls_no_verify_certificate", "1")) {
        dx_need_found(
            plan, need, DX_PLAN_MISSING,
            "TLS is open, and neither certificates nor passwords are asked for: whoever reaches port 16514 is "
            "root here");
    } else if (judge_certificates(plan, need, remote) || (sasl && judge_mechanisms(plan, need, remote, "TLS"))) {
        return;
    } else if (sasl) {
        dx_need_found(plan, need, DX_PLAN_OK, "TLS is open with %.*s", DX_F(dx_config_get(&remote->sasl, "mech_list")));
    } else {
        dx_need_found(plan, need, DX_PLAN_OK, "TLS is open to clients with a certificate of the same authority");
    }
}

/* ---- requirements ---- */

static void derive_tcp(struct dx_plan *plan, const struct remote *remote)
{
    struct dx_need *need = dx_need_add(plan, &dx_need_kind_libvirt_auth, "tcp",
                                       "nobody reaches libvirt over plain TCP without a password");

    if (!need) {
        return;
    }
    add_tcp_remedies(plan, need, remote);
    dx_need_say(plan, &need->face.verify, "ss -ltn 'sport = :16509'");
    dx_need_say(plan, &need->face.persistence, "the settings in %s, and what systemd is told of the socket",
                remote->path);
    dx_need_say(plan, &need->face.note,
                "plain TCP takes only mechanisms that encrypt by themselves, and of those only gssapi is still sound; "
                "under systemd listen_tcp counts for nothing, %s-tcp.socket does",
                remote->server->name);
    judge_tcp(plan, need, remote);
}

static void derive_tls(struct dx_plan *plan, const struct remote *remote)
{
    struct dx_need *need = dx_need_add(plan, &dx_need_kind_libvirt_auth, "tls",
                                       "who manages guests from elsewhere shows a certificate or a password");

    if (!need) {
        return;
    }
    judge_tls(plan, need, remote);
    add_tls_remedies(plan, need, remote);
    dx_need_say(plan, &need->face.verify, "virt-pki-validate; virsh -c qemu+tls://HOST/system list");
    dx_need_say(plan, &need->face.persistence, "the settings, and what systemd is told of the socket");
    dx_need_say(plan, &need->face.note, "qemu+ssh://HOST/system needs none of it%s",
                remote->daemons == DX_DAEMONS_UNKNOWN
                    ? "; where one daemon serves all, libvirtd.conf and libvirtd-tls.socket stand for virtproxyd's"
                    : "");
}

static void derive_passwords(struct dx_plan *plan, const struct remote *remote)
{
    struct dx_str said = dx_config_get(&remote->sasl, "sasldb_path");
    const char *path = said.len && *said.ptr == '/' ? dx_plan_keep(plan, said) : PASSWORDS;
    struct dx_need *need =
        dx_need_add(plan, &dx_need_kind_libvirt_auth, "passwords", "only root can read the file of passwords");
    struct dx_reading reading;
    struct stat st;
    unsigned mode;

    if (!need || !path) {
        return;
    }
    dx_need_say(plan, &need->face.why, "libvirt's users and their passwords stand in it as they are, not as hashes");
    reading = dx_root_stat(&st, &plan->root, &plan->arena, path);
    if (reading.state != DX_READ_ABSENT) {
        dx_need_remedy(plan, need,
                       &(struct dx_remedy){.kind = DX_REMEDY_OWNER,
                                           .flags = DX_REMEDY_PERSISTS,
                                           .why = "give it to root alone",
                                           .path = path,
                                           .owner = "root:root",
                                           .mode = 0600});
    }
    dx_need_say(plan, &need->face.persistence, "owner and mode stay; saslpasswd2 makes a new file for its group too");
    dx_need_say(plan, &need->face.verify, "ls -l %s; sasldblistusers2 -f %s", dx_shell_word(plan, path),
                dx_shell_word(plan, path));
    if (reading.state == DX_READ_ABSENT) {
        dx_need_found(plan, need, DX_PLAN_OK, "there is no %s", path);
        return;
    }
    if (reading.state != DX_READ_OK) {
        dx_need_unread(plan, need, &reading);
        return;
    }
    mode = st.st_mode & 07777;
    if ((mode & 077) || (plan->root.real && st.st_uid != 0)) {
        dx_need_found(plan, need, DX_PLAN_MISSING, "%s has mode %04o%s%s", path, mode,
                      plan->root.real ? " and is of " : "",
                      plan->root.real ? dx_account_spell(plan, st.st_uid, st.st_gid) : "");
    } else {
        dx_need_found(plan, need, DX_PLAN_OK, "%s has mode %04o", path, mode);
    }
}

/* True when systemd hands its sockets to the server, which then refuses --listen. */
static bool is_activated(struct dx_plan *plan, const struct server *server)
{
    static const char *const folders[] = {"/usr/lib/systemd/system", "/lib/systemd/system", "/etc/systemd/system"};
    const char *unit = dx_plan_text(plan, "%s.socket", server->name);

    if (!unit || dx_unit_is_masked(plan, unit)) {
        return false;
    }
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        if (dx_plan_sees(plan, dx_plan_text(plan, "%s/%s", folders[i], unit))) {
            return true;
        }
    }
    return dx_unit_is_enabled(plan, unit);
}

static void derive_listen(struct dx_plan *plan, const struct remote *remote)
{
    struct dx_need *need;

    if (!remote->listen_file) {
        return;
    }
    need = dx_need_add(plan, &dx_need_kind_libvirt_auth, "listen", "%s has either --listen or systemd's sockets",
                       remote->server->name);
    if (!need) {
        return;
    }
    dx_need_say(plan, &need->face.why, "%s does not start with both", remote->server->name);
    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_SETTING,
                                       .flags = DX_REMEDY_PERSISTS,
                                       .why = "leave the ports to systemd",
                                       .path = remote->listen_file,
                                       .key = remote->server->args,
                                       .separator = "=",
                                       .value = "\"--timeout 120\""});
    dx_daemons_restart(plan, need, remote->daemons, "virtproxyd", DX_READS_ITS_FILE);
    dx_need_say(plan, &need->face.persistence, "the setting in %s", remote->listen_file);
    dx_need_say(plan, &need->face.verify, "systemctl status %s.service %s.socket", remote->server->name,
                remote->server->name);
    dx_need_say(plan, &need->face.note,
                "the guide's --listen is for systems without socket activation; the other way is to mask all of "
                "%s's socket units",
                remote->server->name);
    if (is_activated(plan, remote->server)) {
        dx_need_found(plan, need, DX_PLAN_MISSING, "--listen stands in %s, and %s.socket is not masked",
                      remote->listen_file, remote->server->name);
    } else {
        dx_need_found(plan, need, DX_PLAN_OK, "--listen stands in %s, and there is no socket of systemd's",
                      remote->listen_file);
    }
}

/* The socket on the host itself: polkit or the mode of the socket keeps it, or nothing does. */
static void derive_local(struct dx_plan *plan, const struct remote *remote)
{
    struct dx_need *need =
        dx_need_add(plan, &dx_need_kind_libvirt_auth, "local", "not every user of the host may manage its guests");
    struct dx_str perms = dx_config_get(&remote->conf, "unix_sock_rw_perms");
    bool wide = perms.len && strchr("2367", perms.ptr[perms.len - 1]);

    if (!need) {
        return;
    }
    dx_need_say(plan, &need->face.why, "who may manage guests can read and write any file of the host through them");
    add_setting(plan, need, DX_REMEDY_CHOICE, remote->path, "auth_unix_rw", "\"polkit\"",
                "let polkit ask for a password, or take the members of a group");
    add_setting(plan, need, wide ? 0 : DX_REMEDY_CHOICE, remote->path, "unix_sock_rw_perms", "\"0770\"",
                "leave the socket to root and the group of unix_sock_group");
    dx_daemons_restart(plan, need, remote->daemons, "virtproxyd", DX_READS_ITS_FILE);
    dx_need_say(plan, &need->face.persistence, "the settings in %s", remote->path);
    dx_need_say(plan, &need->face.verify, "ls -l /run/libvirt/*-sock");
    dx_need_say(plan, &need->face.note,
                "under systemd the mode is that of %s.socket, SocketMode=", remote->server->name);
    if (!was_read(plan, need, &remote->conf)) {
        return;
    }
    if (!is_set(&remote->conf, "auth_unix_rw", "none")) {
        dx_need_found(plan, need, DX_PLAN_OK, "auth_unix_rw is not none");
    } else if (wide) {
        dx_need_found(plan, need, DX_PLAN_MISSING, "auth_unix_rw is none and unix_sock_rw_perms is %.*s", DX_F(perms));
    } else if (perms.len) {
        dx_need_found(plan, need, DX_PLAN_OK, "unix_sock_rw_perms is %.*s", DX_F(perms));
    } else {
        dx_need_found(plan, need, DX_PLAN_UNKNOWN, "auth_unix_rw is none, and the mode of the socket is not set there");
    }
}

/* No domain asks for it: a plan for domains leaves it alone. */
static void derive(struct dx_plan *plan)
{
    struct remote remote;

    if (!dx_plan_is_bare(plan) || !read_remote(&remote, plan)) {
        return;
    }
    derive_tcp(plan, &remote);
    derive_tls(plan, &remote);
    derive_passwords(plan, &remote);
    derive_listen(plan, &remote);
    derive_local(plan, &remote);
}

const struct dx_need_kind dx_need_kind_libvirt_auth = {
    .face = {.size = sizeof(struct dx_host_kind),
             .name = "libvirt-auth",
             .scope = DX_SCOPE_HOST,
             .summary = "who manages guests is known, from elsewhere and on the host",
             .guide = "libvirt authentication",
             .why = "who manages guests is as good as root on the host",
             .always = 1},
    .derive = derive,
};
