#include "party.h"

/* ---- parties ---- */

bool dx_party_next(struct dx_party *party, const struct dx_demand *demand, size_t *at)
{
    const struct dx_thread *first;
    size_t n = 1;

    if (*at >= demand->n_threads) {
        return false;
    }
    first = &demand->threads[*at];
    while (*at + n < demand->n_threads && first[n].role == first->role && first[n].id == first->id + n &&
           dx_cpuset_equal(&first[n].cpus, &first->cpus)) {
        n++;
    }
    *party = (struct dx_party){demand, first, n};
    *at += n;
    return true;
}

void dx_party_tell(struct dx_buf *buf, const struct dx_party *party)
{
    const struct dx_thread *first = party->first;

    if (party->n == 1) {
        dx_thread_tell(buf, party->demand, first);
    } else {
        dx_buf_format(buf, "%s %llu-%llu of %s", first->role == DX_ROLE_VCPU ? "vcpus" : "iothreads",
                      (unsigned long long)first->id, (unsigned long long)first->id + party->n - 1,
                      dx_demand_name(party->demand));
    }
}

uint64_t dx_demand_unpinned(const struct dx_demand *demand, enum dx_role role)
{
    uint64_t all = role == DX_ROLE_VCPU                            ? demand->vcpus
                   : role == DX_ROLE_EMULATOR                      ? 1
                   : demand->iothreads && demand->iothreads->valid ? demand->iothreads->n
                                                                   : 0;
    uint64_t pinned = 0;

    for (size_t i = 0; i < demand->n_threads; i++) {
        pinned += demand->threads[i].role == role;
    }
    return all > pinned ? all - pinned : 0;
}

bool dx_thread_is_anywhere(const struct dx_thread *thread, const struct dx_machine *machine)
{
    struct dx_cpuset rest = machine->online;

    dx_cpuset_drop(&rest, &thread->cpus);
    return machine->has_cpus && dx_cpuset_next(&rest, 0) < 0;
}

/* ---- lists ---- */

void dx_cpus_tell(struct dx_buf *buf, const struct dx_cpuset *cpus)
{
    dx_cleanup(dx_buf_free) struct dx_buf list = DX_BUF(buf->mem);
    size_t ranges = 0, len = 0;

    dx_cpuset_format(&list, cpus);
    while (len < list.len && (list.ptr[len] != ',' || ++ranges < 64)) {
        len++;
    }
    buf->failed = buf->failed || list.failed;
    dx_buf_puts(buf, dx_cpuset_count(cpus) == 1 ? "CPU " : "CPUs ");
    dx_buf_bytes(buf, list.len ? list.ptr : "", len);
    if (len < list.len) {
        dx_buf_puts(buf, " and more");
    }
}

/* "" when out of memory. */
static const char *kept(struct dx_plan *plan, const struct dx_buf *buf)
{
    const char *text = dx_buf_keep(buf, &plan->arena);

    return text ? text : "";
}

const char *dx_cpus_text(struct dx_plan *plan, const struct dx_cpuset *cpus)
{
    dx_cleanup(dx_buf_free) struct dx_buf buf = DX_BUF(&plan->ctx->mem);

    dx_cpus_tell(&buf, cpus);
    return kept(plan, &buf);
}

const char *dx_cpus_list(struct dx_plan *plan, const struct dx_cpuset *cpus)
{
    dx_cleanup(dx_buf_free) struct dx_buf buf = DX_BUF(&plan->ctx->mem);

    dx_cpuset_format(&buf, cpus);
    return kept(plan, &buf);
}

bool dx_few_next(struct dx_few *few)
{
    if (few->n++ >= few->most) {
        return false;
    }
    if (few->n > 1) {
        dx_buf_puts(&few->text, few->between);
    }
    return true;
}

const char *dx_few_end(struct dx_plan *plan, struct dx_few *few)
{
    const char *text;

    if (few->n > few->most) {
        dx_buf_format(&few->text, " and %zu more", few->n - few->most);
    }
    text = few->n > 0 ? dx_buf_keep(&few->text, &plan->arena) : NULL;
    dx_buf_free(&few->text);
    return text;
}
