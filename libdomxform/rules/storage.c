/* Disks: formats, encryption, throttling, and what only some buses have (qemu_validate.c, domain_validate.c). */
#include "facts.h"

struct disk {
    struct dx_facts *facts;
    struct dx_disk d;
    struct dx_str name, format;
    bool readonly;
};

static struct dx_str text_of(const struct dx_node *node)
{
    return node ? dx_trim(dx_node_text(node)) : DX_NONE;
}

static void point(const struct disk *disk, enum dx_rule_id rule, const struct dx_node *node, const char *attr,
                  const char *what)
{
    dx_facts_raise(disk->facts,
                   &(struct dx_finding){.rule = rule,
                                        .node = node,
                                        .attr = attr && dx_node_attr(node, attr).ptr ? attr : NULL,
                                        .value = attr ? dx_node_attr(node, attr) : text_of(node),
                                        .args = {dx_str_of(what), disk->name, dx_str_of(dx_bus_name(disk->d.bus))}});
}

/* Formats that are words of libvirt and none of QEMU (qemuDomainValidateStorageSource). */
static void check_format(const struct disk *disk)
{
    if (dx_str_is(disk->format, "dir")) {
        point(disk, DX_RULE_STO_Q01, disk->d.driver, "type", "dir");
    } else if (dx_str_is(disk->format, "iso")) {
        point(disk, DX_RULE_STO_Q01B, disk->d.driver, "type", "iso");
    } else if (dx_str_is(disk->format, "fat") && !dx_str_is(disk->d.type, "dir") &&
               !dx_str_is(disk->d.type, "volume")) {
        point(disk, DX_RULE_STO_Q02, disk->d.driver, "type", "fat");
    }
}

static void check_usb(const struct disk *disk)
{
    struct dx_str type = dx_facts_attr(disk->d.address, "type");

    if (disk->d.bus == DX_BUS_USB && type.ptr && !dx_str_is(type, "usb")) {
        point(disk, DX_RULE_STO_Q03, disk->d.address, "type", "address");
    }
}

/* Names that a disk tells the guest; which buses have them has grown, so only those that never had are told. */
static void check_names(const struct disk *disk)
{
    static const char *const names[] = {"vendor", "product", "wwn"};
    bool grown = disk->d.bus == DX_BUS_IDE || disk->d.bus == DX_BUS_SATA;
    const struct dx_node *serial;

    for (size_t i = 0; i < 3; i++) {
        const struct dx_node *node = dx_node_child(disk->d.node, names[i]);

        if (node && disk->d.bus != DX_BUS_SCSI && disk->d.bus != DX_BUS_UNKNOWN && !(grown && i > 0)) {
            point(disk, DX_RULE_STO_Q04, node, NULL, names[i]);
        }
    }
    serial = dx_node_child(disk->d.node, "serial");
    if (serial) {
        struct dx_str text = dx_node_text(serial);

        for (size_t i = 0; i < text.len; i++) {
            if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_ .+", text.ptr[i])) {
                point(disk, DX_RULE_STO_Q05, serial, NULL, "serial");
                break;
            }
        }
    }
}

static void check_modes(const struct disk *disk)
{
    const struct dx_node *readonly = dx_node_child(disk->d.node, "readonly");
    bool removable = disk->d.device == DX_DEVICE_CDROM || disk->d.device == DX_DEVICE_FLOPPY;

    if (readonly && disk->d.device == DX_DEVICE_DISK && (disk->d.bus == DX_BUS_IDE || disk->d.bus == DX_BUS_SATA)) {
        point(disk, DX_RULE_STO_Q06, readonly, NULL, "readonly");
    }
    if (disk->d.driver && dx_str_is(dx_node_attr(disk->d.driver, "copy_on_read"), "on") && (removable || readonly)) {
        point(disk, DX_RULE_STO_Q07, disk->d.driver, "copy_on_read", "copy_on_read");
    }
}

/* The pieces of <iotune> that exclude each other. */
static void check_throttle(const struct disk *disk)
{
    static const char *const groups[][3] = {
        {"total_bytes_sec", "read_bytes_sec", "write_bytes_sec"},
        {"total_iops_sec", "read_iops_sec", "write_iops_sec"},
        {"total_bytes_sec_max", "read_bytes_sec_max", "write_bytes_sec_max"},
        {"total_iops_sec_max", "read_iops_sec_max", "write_iops_sec_max"},
    };
    const struct dx_node *iotune = dx_node_child(disk->d.node, "iotune");

    for (size_t i = 0; iotune && i < sizeof groups / sizeof groups[0]; i++) {
        uint64_t value[3] = {0};
        const struct dx_node *total = NULL;

        for (size_t k = 0; k < 3; k++) {
            const struct dx_node *node = dx_node_child(iotune, groups[i][k]);

            total = k == 0 ? node : total;
            if (!node || !dx_parse_uint(dx_node_text(node), UINT64_MAX, &value[k])) {
                value[k] = 0;
            }
        }
        if (value[0] && (value[1] || value[2])) {
            point(disk, DX_RULE_STO_G02, total, NULL, groups[i][0]);
        }
    }
}

/* A cipher is for one who makes the image, not for one who opens it. */
static void check_encryption(const struct disk *disk, const struct dx_node *parent)
{
    const struct dx_node *encryption = parent ? dx_node_child(parent, "encryption") : NULL;
    const struct dx_node *cipher = encryption ? dx_node_child(encryption, "cipher") : NULL;

    if (cipher && dx_str_is(dx_node_attr(encryption, "format"), "luks")) {
        point(disk, DX_RULE_STO_G01, cipher, NULL, "cipher");
    }
}

static void check_policy(const struct disk *disk)
{
    struct dx_str policy = dx_facts_attr(disk->d.source, "startupPolicy");

    if (!policy.ptr) {
        return;
    }
    if (dx_str_is(disk->d.type, "network")) {
        point(disk, DX_RULE_STO_G03, disk->d.source, "startupPolicy", "startupPolicy");
    } else if (dx_str_is(policy, "requisite") && disk->d.device != DX_DEVICE_CDROM &&
               disk->d.device != DX_DEVICE_FLOPPY && disk->d.device != DX_DEVICE_UNKNOWN) {
        point(disk, DX_RULE_STO_G04, disk->d.source, "startupPolicy", "startupPolicy");
    }
}

/* Of all protocols only nbd may do without a name. */
static void check_network(const struct disk *disk)
{
    struct dx_str protocol = dx_facts_attr(disk->d.source, "protocol");

    if (dx_str_is(disk->d.type, "network") && protocol.ptr && !dx_str_is(protocol, "nbd") &&
        !dx_node_attr(disk->d.source, "name").ptr) {
        dx_facts_raise(disk->facts, &(struct dx_finding){.rule = DX_RULE_STO_P01,
                                                         .node = disk->d.source,
                                                         .value = protocol,
                                                         .args = {protocol},
                                                         .lacks = "name"});
    }
}

void dx_check_storage(struct dx_facts *facts, const struct dx_disk *read)
{
    const struct disk disk = {
        .facts = facts, .d = *read, .name = read->dev, .format = dx_facts_attr(read->driver, "type")};

    check_encryption(&disk, disk.d.node);
    check_encryption(&disk, disk.d.source);
    check_throttle(&disk);
    check_policy(&disk);
    check_network(&disk);
    if (facts->qemu) {
        check_format(&disk);
        check_usb(&disk);
        check_names(&disk);
        check_modes(&disk);
    }
}
