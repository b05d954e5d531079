/* Controllers as libvirt numbers them, and what hangs on them. */
#include "domain.h"

#include <stdlib.h>

static bool is_virtio_scsi(const struct dx_controller *controller)
{
    static const char *const models[] = {"virtio-scsi", "virtio-transitional", "virtio-non-transitional", NULL};

    return dx_str_is(controller->type, "scsi") && dx_str_any(controller->model, models);
}

static int compare(const void *a, const void *b)
{
    unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;

    return (x > y) - (x < y);
}

/* Those without an index take the lowest that is free, in document order (virDomainAssignControllerIndexes). */
static bool number(struct dx_controller *controllers, size_t n, struct dx_arena *arena)
{
    unsigned *stated = dx_arena_alloc(arena, (n + 1) * sizeof *stated);
    unsigned next = 0;
    size_t n_stated = 0, at = 0;

    if (!stated) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (controllers[i].index_stated) {
            stated[n_stated++] = controllers[i].index;
        }
    }
    qsort(stated, n_stated, sizeof *stated, compare);
    for (size_t i = 0; i < n; i++) {
        if (controllers[i].index_stated) {
            continue;
        }
        while (at < n_stated && stated[at] <= next) {
            next += stated[at] == next;
            at++;
        }
        controllers[i].index = next++;
    }
    return true;
}

bool dx_controllers(struct dx_controller **out, size_t *n, struct dx_arena *arena, const struct dx_node *domain,
                    const char *type)
{
    struct dx_each each;
    size_t count = 0;

    for (struct dx_node *node = dx_each_first(&each, domain, "devices", "controller"); node;
         node = dx_each_next(&each, node)) {
        count += dx_str_is(dx_node_attr(node, "type"), type);
    }
    *n = count;
    *out = dx_arena_zero(arena, count + 1, sizeof **out);
    if (!*out) {
        return false;
    }
    count = 0;
    for (struct dx_node *node = dx_each_first(&each, domain, "devices", "controller"); node;
         node = dx_each_next(&each, node)) {
        struct dx_controller *controller = &(*out)[count];
        uint64_t index;

        controller->type = dx_node_attr(node, "type");
        if (!dx_str_is(controller->type, type)) {
            continue;
        }
        controller->node = node;
        controller->driver = dx_node_child(node, "driver");
        controller->model = dx_node_attr(node, "model");
        controller->index_stated = dx_parse_uint(dx_node_attr(node, "index"), UINT32_MAX, &index);
        controller->index = controller->index_stated ? (unsigned)index : 0;
        controller->virtio_scsi = is_virtio_scsi(controller);
        count++;
    }
    return number(*out, count, arena);
}

enum dx_hanging dx_scsi_hostdev(struct dx_drive *drive, const struct dx_node *hostdev)
{
    *drive = (struct dx_drive){0};
    if (!dx_str_is(dx_node_attr(hostdev, "type"), "scsi")) {
        return DX_HANGS_NOT;
    }
    return dx_drive_parse(drive, dx_node_child(hostdev, "address")) ? DX_HANGS_STATED : DX_HANGS_IMPLIED;
}
