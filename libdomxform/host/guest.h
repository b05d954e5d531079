/* What requirements of guests share: where the arguments of a guest's kernel stand, and who asks (semantics §10.6). */
#ifndef DX_HOST_GUEST_H
#define DX_HOST_GUEST_H

#include "claims.h"

/* What a kind notes of a domain in the number of a claim; its own marks begin at DX_GUEST_OWN. */
enum {
    DX_GUEST_DIRECT = 1u << 0, /* <os><kernel>: <cmdline> is all that the kernel is given */
    DX_GUEST_LOST = 1u << 1,   /* <cmdline> without <kernel>, which libvirt gives to no guest (DOC-Q01) */
    DX_GUEST_NO_KVM = 1u << 2, /* the domain is not of type kvm */
    DX_GUEST_HIDDEN = 1u << 3, /* <hidden> takes away what a guest sees of KVM (KVM-A02) */
    DX_GUEST_HINT = 1u << 4,   /* hint-dedicated is on */
    DX_GUEST_OWN = 5           /* the first bit that is free */
};

/* Those marks of a domain. */
uint64_t dx_guest_marks(const struct dx_node *domain, const struct dx_target *target);

/* <os><cmdline> and what it says; NULL and an empty text where there is none. */
const struct dx_node *dx_guest_cmdline(struct dx_str *line, const struct dx_node *domain);

/* A requirement of one guest, asked for by all claims of its kind; no demand: of guests in general. */
struct dx_need *dx_guest_need(struct dx_plan *plan, const struct dx_need_kind *kind, const struct dx_demand *demand,
                              const char *title);

/* UNKNOWN, for what only the guest itself can tell. */
void dx_guest_unknown(struct dx_plan *plan, struct dx_need *need);

/* The step that gives these words to the guest's kernel: in its boot loader, or (DX_GUEST_DIRECT) in the domain, where
 * the pass `pass` writes them. */
void dx_guest_arguments(struct dx_plan *plan, struct dx_need *need, const struct dx_demand *demand, uint64_t marks,
                        const char *words, const char *pass);

/* "domxform -i --pass=NAME FILE", the file as a word of shell. */
const char *dx_guest_pass(struct dx_plan *plan, const struct dx_demand *demand, const char *pass);

#endif
