/* Block devices of a host: what they are, what they are called for good, and what the host itself does with them. */
#ifndef DX_HOST_BLOCKDEV_H
#define DX_HOST_BLOCKDEV_H

#include "root.h"

struct dx_plan;

enum dx_blockdev_kind {
    DX_BLOCKDEV_UNKNOWN,   /* the kernel's files do not tell */
    DX_BLOCKDEV_NONE,      /* it is no block device */
    DX_BLOCKDEV_SCSI,      /* a whole disk that takes SCSI commands */
    DX_BLOCKDEV_MULTIPATH, /* the same, by several paths */
    DX_BLOCKDEV_PARTITION,
    DX_BLOCKDEV_OTHER
};

/* Strings are the plan's. */
struct dx_blockdev {
    enum dx_blockdev_kind kind;
    const char *what;  /* "a whole SCSI disk", "a partition of sdc", "an NVMe device" */
    const char *node;  /* the path behind the links, "/dev/sdc" */
    const char *name;  /* the kernel's, "sdc" */
    const char *whole; /* of a partition: the disk's name; NULL: not known */
    const char *paths; /* of one path of several: the multipath device's name; else NULL */
    bool read_only;
    const char **members; /* the name, and those of its partitions */
    size_t n_members, room_members;
};

/* A device that is mounted or swapped to. */
struct dx_blockuse {
    const char *node;     /* the path behind the links */
    struct dx_str number; /* "8:33"; ptr == NULL: not told */
    const char *what;     /* "mounted on /srv", "in use as swap" */
};

/* A name that udev gives a device for good. */
struct dx_blocklink {
    const char *path, *node;
};

/* What is said of all devices at once. */
struct dx_blockdevs {
    struct dx_reading mounts, swaps; /* how reading them went */
    struct dx_blockuse *uses;
    size_t n_uses, room_uses;
    struct dx_blocklink *links;
    size_t n_links, room_links;
};

/* Reads what is mounted, and the links of /dev/disk/by-id. Out of memory shows in the arena. */
void dx_blockdevs_read(struct dx_blockdevs *all, struct dx_plan *plan);

/* Finds out what a path leads to; `st` and `node` are what dx_root_stat() gave for it. */
void dx_blockdev_read(struct dx_blockdev *dev, struct dx_plan *plan, const struct stat *st, const char *node);

/* Tells what the host does with it, one clause after the other with "; " between: nothing where it does nothing. */
void dx_blockdev_uses(struct dx_buf *words, struct dx_plan *plan, const struct dx_blockdevs *all,
                      const struct dx_blockdev *dev);

/* The best of the names for good that lead to a node; NULL when there is none. */
const char *dx_blockdevs_lasting(const struct dx_blockdevs *all, const char *node);

/* True for a name that may be another device's after the next boot: one of the kernel's own, such as /dev/sdc. */
bool dx_blockdev_fleeting(const char *path, const char *node);

#endif
