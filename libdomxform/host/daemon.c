#include "daemon.h"

#define UNITS "/etc/systemd/system"

/* A link in the folder of a target's wishes; that of a unit whose package is gone leads nowhere, and starts nothing. */
bool dx_unit_is_enabled(struct dx_plan *plan, const char *unit)
{
    static const char *const targets[] = {"sockets.target", "multi-user.target"};

    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        if (dx_plan_sees(plan, dx_plan_text(plan, UNITS "/%s.wants/%s", targets[i], unit))) {
            return true;
        }
    }
    return false;
}

bool dx_unit_is_masked(struct dx_plan *plan, const char *unit)
{
    const char *path = dx_plan_text(plan, UNITS "/%s", unit);
    struct dx_reading reading;
    struct stat st;

    if (!path) {
        return false;
    }
    reading = dx_root_stat(&st, &plan->root, &plan->arena, path);
    return reading.state == DX_READ_OK && (dx_str_is(reading.text, "/dev/null") || st.st_size == 0);
}

enum dx_daemons dx_daemons_find(struct dx_plan *plan)
{
    bool one = dx_unit_is_enabled(plan, "libvirtd.service") || dx_unit_is_enabled(plan, "libvirtd.socket");
    bool many = dx_unit_is_enabled(plan, "virtqemud.service") || dx_unit_is_enabled(plan, "virtqemud.socket");

    if (one == many) {
        one = dx_plan_sees(plan, "/usr/sbin/libvirtd") || dx_plan_sees(plan, "/usr/bin/libvirtd");
        many = dx_plan_sees(plan, "/usr/sbin/virtqemud") || dx_plan_sees(plan, "/usr/bin/virtqemud");
    }
    return one == many ? DX_DAEMONS_UNKNOWN : many ? DX_DAEMONS_MODULAR : DX_DAEMONS_MONOLITHIC;
}

void dx_daemons_restart(struct dx_plan *plan, struct dx_need *need, enum dx_daemons daemons, const char *modular,
                        const char *why)
{
    const char *units = daemons == DX_DAEMONS_MONOLITHIC ? "libvirtd.service"
                        : daemons == DX_DAEMONS_MODULAR  ? dx_plan_text(plan, "%s.service", modular)
                                                         : dx_plan_text(plan, "%s.service libvirtd.service", modular);

    dx_need_remedy(plan, need,
                   &(struct dx_remedy){
                       .kind = DX_REMEDY_SERVICE,
                       .flags = DX_REMEDY_AFTER_CHANGE,
                       .why = dx_plan_text(plan, "restart the daemon, which %s when it starts; guests run on", why),
                       .key = "restarted",
                       .value = units});
}
