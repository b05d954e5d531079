/* What libvirt itself says of a host: virsh capabilities and virsh domcapabilities. */
#ifndef DX_HOST_CAPS_H
#define DX_HOST_CAPS_H

#include "machine.h"

enum dx_answer { DX_ANSWER_NONE, DX_ANSWER_NO, DX_ANSWER_YES }; /* NONE: nothing is said of it */

/* An architecture whose domains the host runs, by emulation or KVM. */
struct dx_caps_guest {
    struct dx_str arch;
    struct dx_str emulator; /* ptr == NULL: not said */
    bool kvm;
};

/* Strings are the plan's. Of several files the last one that says something holds. */
struct dx_caps {
    const char *host_file, *domain_file; /* NULL: no file of that kind was given */

    /* capabilities */
    struct dx_str arch;         /* of the host; ptr == NULL: not said */
    struct dx_numa_node *nodes; /* by id */
    size_t n_nodes;
    uint64_t *page_sizes; /* bytes, ascending: the first is that of ordinary pages */
    size_t n_page_sizes;
    enum dx_answer secmodel_selinux, secmodel_apparmor;
    struct dx_caps_guest *guests;
    size_t n_guests;
    enum dx_answer kvm; /* a domain of type kvm can run; domcapabilities of one says so too */

    /* domcapabilities: of one emulator */
    struct dx_str emulator, emulator_arch; /* ptr == NULL: not said */
    enum dx_answer iothreads;
    enum dx_answer tpm, tpm_emulator; /* devices, <backendModel> emulator */
    enum dx_answer efi;               /* <os><enum name='firmware'> has efi */
    enum dx_answer sgio_lun;          /* <disk><enum name='diskDevice'> has lun */
};

/* Reads a file; DX_OK, DX_EINPUT after a report (then nothing of the file is taken), DX_ENOMEM. */
int dx_caps_read(struct dx_plan *plan, const char *name, const char *bytes, size_t len);

#endif
