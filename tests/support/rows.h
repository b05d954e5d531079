/* Rows of documents that trip a rule, and neighbours that do not. */
#ifndef DX_TEST_ROWS_H
#define DX_TEST_ROWS_H

#include "support.h"

/* A ~ marks the place of the finding; it is no part of the document. */
struct t_row {
    const char *rule;
    const char *bad, *good;
};

#define DEV(inside) "<devices>\n" inside "\n</devices>"
#define ARCH(arch) "<os><type arch='" arch "'>hvm</type></os>\n"
#define IDS(inside) "<iothreadids>" inside "</iothreadids>"
#define TUNE(inside) "<vcpu>4</vcpu><iothreads>2</iothreads>\n<cputune>\n" inside "\n</cputune>"
#define DISK(attrs, target, inside)                                                                                    \
    DEV("<disk type='file' " attrs "><source file='/a'/><target " target "/>" inside "</disk>")
#define LUN(target, inside)                                                                                            \
    DEV("<disk type='block' device='lun'><source dev='/dev/sdc'/><target " target "/>" inside "</disk>")
#define VDA "dev='vda' bus='virtio'"
#define SDA "dev='sda' bus='scsi'"
#define MAP(queues, inside)                                                                                            \
    "<iothreads>2</iothreads>" DISK("", VDA, "<driver type='raw' " queues "><iothreads>" inside "</iothreads></driver>")
#define SCSI(attrs, inside)                                                                                            \
    "<iothreads>2</iothreads>" DEV("<controller type='scsi' index='0' " attrs ">" inside "</controller>")
#define VIRTIO_SCSI "model='virtio-scsi'"
#define BACKING(inside) "<memoryBacking>" inside "</memoryBacking>"
#define HUGE(inside) BACKING("<hugepages>" inside "</hugepages>")
#define NUMA                                                                                                           \
    "<vcpu>2</vcpu><cpu><numa><cell id='0' cpus='0' memory='9'/><cell id='1' cpus='1' memory='9'/></numa></cpu>"
#define KVM(inside) "<features><kvm>" inside "</kvm></features>"
#define TPM(attrs, inside) DEV("<tpm " attrs ">" inside "</tpm>")
#define EMULATOR(attrs, inside) TPM("", "<backend type='emulator' " attrs ">" inside "</backend>")
#define LABELLED(inside) DEV("<disk><source file='/a'>" inside "</source><target dev='vda'/></disk>")

/* Each row's rule is found once in `bad`, at the mark, and not in `good`, where nothing is wrong. */
void t_rows_check(const struct t_row *rows, size_t n);

/* The same for one libvirt, DX_LIBVIRT(). */
void t_rows_check_for(unsigned target, const struct t_row *rows, size_t n);

/* The only finding of a whole document is "RULE LINE:COLUMN"; "" for none. */
void t_rows_only(const char *text, const char *want);

/* Remembers the rules that the schema trips, those about its order too. */
void t_rows_see_schema(struct dx_doc *doc, const struct dx_schema *schema);

/* Every rule of an area ("DSK-") that a document alone can break was tripped before in this program. */
void t_rows_all_tripped(const char *area);

#endif
