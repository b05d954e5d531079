/* Scripts of plans made by hand, with steps of every kind and texts that nobody should have to expect:
 * dx_host_scripts sh|ansible PLAN [ROOT]. */
#include "host_step.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a shell, YAML, Jinja or a terminal would act on. */
#define NASTY                                                                                                          \
    "$(touch pwned)'; touch pwned; `touch pwned` \"{{ 1 + 1 }}{% raw %}{# #}\\ \x1b[31m\xc2\x9b"                       \
    "31m # \xe2\x80\x99 \xe2\x80\x9c \xe2\x80\xa8pwned: \xef\xbf\xbe\n# shellcheck source=/etc/passwd\ntouch pwned\n"
#define POOL "/sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages"

static char owner[64];

static const struct dx_host_kind host = {.name = "kind", .scope = DX_SCOPE_HOST, .why = "it goes wrong"};
static const struct dx_host_kind guest = {.name = "kind", .scope = DX_SCOPE_GUEST, .why = "it goes wrong"};

static const struct dx_asker web1[] = {
    {.domain = "web1", .file = "web1.xml", .line = 12, .column = 5, .what = "pages"}};
static const struct dx_asker web2[] = {{.domain = "web2", .file = "web2.xml", .line = 3, .column = 1}};
static const struct dx_asker nasty[] = {{.domain = NASTY, .file = NASTY, .line = 1, .column = 1, .what = NASTY}};

#define STEPS(steps) .remedies = steps, .n_remedies = sizeof steps / sizeof steps[0]
#define ASKED(askers_) .askers = askers_, .n_askers = sizeof askers_ / sizeof askers_[0]

static const struct dx_remedy values[] = {
    {.kind = DX_REMEDY_WRITE,
     .path = POOL,
     .value = "16",
     .readback = DX_READBACK_AT_LEAST,
     .why = "get the pages now"},
    {.kind = DX_REMEDY_WRITE,
     .path = "/sys/kernel/mm/transparent_hugepage/enabled",
     .value = "always",
     .readback = DX_READBACK_CHOICE,
     .why = "for those who ask"},
    {.kind = DX_REMEDY_WRITE,
     .path = "/sys/devices/virtual/workqueue/cpumask",
     .value = "f,00ff0000",
     .readback = DX_READBACK_MASK},
    {.kind = DX_REMEDY_WRITE,
     .path = "/sys/module/kvm/parameters/halt_poll_ns",
     .value = "0",
     .readback = DX_READBACK_EQUAL},
    {.kind = DX_REMEDY_KERNEL_ARGS,
     .flags = DX_REMEDY_PERSISTS | DX_REMEDY_REBOOT,
     .value = "default_hugepagesz=1G hugepagesz=1G hugepages=16",
     .why = "and at each boot"},
};

static const struct dx_remedy files[] = {
    {.kind = DX_REMEDY_FILE,
     .path = "/etc/modprobe.d/new/domxform-kvm.conf",
     .mode = 0640,
     .owner = owner,
     .value = "options kvm halt_poll_ns=0\n"},
    {.kind = DX_REMEDY_SETTING,
     .path = "/etc/libvirt/qemu.conf",
     .key = "user",
     .separator = " = ",
     .value = "\"qemu\""},
    {.kind = DX_REMEDY_SETTING,
     .path = "/etc/sasl2/libvirt.conf",
     .key = "mech_list",
     .separator = ": ",
     .value = "scram-sha-256"},
    {.kind = DX_REMEDY_OWNER, .path = "/var/lib/swtpm-localca/", .owner = owner, .mode = 0640},
};

static const struct dx_remedy system_steps[] = {
    {.kind = DX_REMEDY_PACKAGE, .value = "swtpm swtpm-tools", .other = "swtpm-tools", .why = "emulates the TPM"},
    {.kind = DX_REMEDY_SERVICE, .key = "enabled", .value = "virtqemud.socket"},
    {.kind = DX_REMEDY_SERVICE, .key = "masked", .value = "libvirtd.socket libvirtd-ro.socket"},
    {.kind = DX_REMEDY_SERVICE, .key = "reloaded"},
    {.kind = DX_REMEDY_SERVICE,
     .key = "restarted",
     .value = "virtqemud.service libvirtd.service",
     .flags = DX_REMEDY_AFTER_CHANGE},
    {.kind = DX_REMEDY_COMMAND, .value = "echo done >\"$STATE/ran\"\necho told", .other = "test -e \"$STATE/ran\""},
    {.kind = DX_REMEDY_MANUAL, .value = "turn virtualization on in the firmware"},
    {.kind = DX_REMEDY_FILE,
     .flags = DX_REMEDY_CHOICE,
     .path = "/etc/choice.conf",
     .value = "chosen\n",
     .why = "if you will"},
};

static const struct dx_remedy swallowed[] = {
    {.kind = DX_REMEDY_WRITE, .path = "/dev/null", .value = "16", .readback = DX_READBACK_AT_LEAST},
    {.kind = DX_REMEDY_MANUAL, .value = "what comes behind"},
};

static const struct dx_remedy by_nasty[] = {
    {.kind = DX_REMEDY_FILE, .path = "/etc/nasty/$(touch pwned)'{{ 1 + 1 }}", .value = NASTY, .why = NASTY},
    {.kind = DX_REMEDY_SETTING,
     .path = "/etc/nasty.conf",
     .key = "a.b*[c]",
     .separator = "=",
     .value = "$(touch pwned)'`\"{{ 1 }}\\1"},
    {.kind = DX_REMEDY_KERNEL_ARGS, .value = "quiet=$(touch${IFS}pwned)'`touch${IFS}pwned`"},
    {.kind = DX_REMEDY_MANUAL, .value = NASTY, .why = NASTY},
    {.kind = DX_REMEDY_COMMAND, .value = "printf '%s\\n' '{{ 1 + 1 }}{% raw %}'", .other = "false"},
    {.kind = DX_REMEDY_PACKAGE, .value = "$(touch pwned)", .other = "$(touch pwned)"},
};

static const struct dx_remedy in_guest[] = {
    {.kind = DX_REMEDY_SETTING, .path = "/etc/guest.conf", .key = "a", .separator = "=", .value = "1"},
};

static const struct dx_requirement all_needs[] = {
    {.kind = &host,
     .id = "values",
     .title = "16 huge pages of 1 GiB",
     .why = "domains do not start",
     ASKED(web1),
     STEPS(values)},
    {.kind = &host, .id = "files", .title = "files that say it", .why = "it is forgotten", STEPS(files)},
};

static const struct dx_requirement system_needs[] = {
    {.kind = &host,
     .id = "system",
     .title = "the system does it",
     .why = "nothing works",
     ASKED(web1),
     STEPS(system_steps)},
};

static const struct dx_requirement swallow_needs[] = {
    {.kind = &host, .id = "swallow", .title = "16 pages of nothing", .why = "none", STEPS(swallowed)},
    {.kind = &host, .id = "later", .title = "what is done all the same", .why = "none", STEPS(in_guest)},
};

static const struct dx_requirement nasty_needs[] = {
    {.kind = &host, .id = NASTY, .title = NASTY, .why = NASTY, ASKED(nasty), STEPS(by_nasty)},
    {.kind = &guest, .id = NASTY, .title = NASTY, .why = NASTY, ASKED(nasty), STEPS(in_guest)},
};

static const struct dx_requirement guest_needs[] = {
    {.kind = &host, .id = "nothing", .title = "nothing is known to do", .why = "none"},
    {.kind = &guest, .id = "g/web1", .title = "a is 1 in web1", .why = "none", ASKED(web1), STEPS(in_guest)},
    {.kind = &guest, .id = "g/web2", .title = "a is 1 in web2", .why = "none", ASKED(web2), STEPS(in_guest)},
    {.kind = &guest, .id = "h/web1", .title = "more of web1", .why = "none", ASKED(web1), STEPS(in_guest)},
    {.kind = &guest, .id = "g", .title = "a is 1 in any guest", .why = "none", STEPS(in_guest)},
};

struct plan {
    const char *name;
    const struct dx_requirement *needs;
    size_t n;
};

#define PLAN(name, needs)                                                                                              \
    {                                                                                                                  \
        name, needs, sizeof needs / sizeof needs[0]                                                                    \
    }
static const struct plan plans[] = {
    PLAN("files", all_needs),   PLAN("system", system_needs), PLAN("swallow", swallow_needs),
    PLAN("nasty", nasty_needs), PLAN("guests", guest_needs),  {"empty", NULL, 0},
};

static void *reallocate(void *user, void *ptr, size_t size)
{
    (void)user;
    if (size == 0) {
        free(ptr);
        return NULL;
    }
    return realloc(ptr, size);
}

static void put(struct text *text, const struct plan *plan, const char *format, const char *root)
{
    const struct dx_requirement *needs[8];
    const struct host_report report = {.needs = needs, .n_needs = plan->n, .root = root};

    for (size_t i = 0; i < plan->n; i++) {
        needs[i] = &plan->needs[i];
    }
    (strcmp(format, "ansible") == 0 ? host_ansible : host_sh)(text, &report);
}

int main(int argc, char **argv)
{
    static const struct dx_allocator allocator = {.reallocate = reallocate};
    const struct io io = {.allocator = &allocator};
    text_auto text = {.io = &io};

    snprintf(owner, sizeof owner, "%u:%u", (unsigned)getuid(), (unsigned)getgid());
    for (size_t i = 0; argc > 2 && i < sizeof plans / sizeof plans[0]; i++) {
        if (strcmp(plans[i].name, argv[2]) == 0) {
            put(&text, &plans[i], argv[1], argc > 3 ? argv[3] : NULL);
        }
    }
    if (text.failed || text.len == 0) {
        return 1;
    }
    return fwrite(text.ptr, 1, text.len, stdout) == text.len ? 0 : 1;
}
