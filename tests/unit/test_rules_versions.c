/* What a target is too old for, and what it has just learnt. */
#include "rows.h"

static const struct t_row of_4_0[] = {
    {"VER-P01", TPM("~model='tpm-crb'", "<backend type='passthrough'/>"), TPM("", "<backend type='passthrough'/>")},
    {"VER-P01", TPM("", "<backend ~type='emulator'/>"), TPM("", "<backend type='passthrough'/>")},
    {"VER-P01", BACKING("<source ~type='memfd'/>"), BACKING("<source type='file'/>")},
    {"VER-P01", "<cpu mode='host-passthrough'/>" KVM("~<hint-dedicated state='on'/>"), KVM("<hidden state='on'/>")},
    {"VER-P01", DISK("", VDA, "<driver ~io='io_uring'/>"), DISK("", VDA, "<driver io='threads'/>")},
    {"VER-P01", "<cpu ~mode='maximum'/>", "<cpu mode='host-model'/>"},
    {"VER-P01", "<numatune><memory ~mode='restrictive' nodeset='0'/></numatune>",
     "<numatune><memory mode='interleave' nodeset='0'/></numatune>"},
    {"VER-P02", "<cpu mode='host-passthrough' ~migratable='off'/>", "<cpu mode='host-passthrough' check='none'/>"},
    {"VER-P01", DEV("<memballoon ~model='virtio-transitional'/>"), DEV("<memballoon model='virtio'/>")},
    {"VER-P02", DEV("<memballoon model='virtio' ~freePageReporting='on'/>"),
     DEV("<memballoon model='virtio' autodeflate='on'/>")},
    {"VER-P02", TUNE("~<emulatorsched scheduler='idle'/>"), TUNE("<vcpusched vcpus='0' scheduler='idle'/>")},
    {"VER-P02", BACKING("~<discard/>"), BACKING("<nosharepages/>")},
    {"VER-P02", BACKING("<allocation mode='immediate' ~threads='4'/>"), BACKING("<allocation mode='immediate'/>")},
};

static const struct t_row of_9_0[] = {
    {"VER-P02", IDS("<iothread id='1'>~<poll max='1'/></iothread>"), IDS("<iothread id='1' thread_pool_max='2'/>")},
    {"VER-P02", "<iothreads>1</iothreads>" DISK("", VDA, "<driver>~<iothreads><iothread id='1'/></iothreads></driver>"),
     "<iothreads>1</iothreads>" DISK("", VDA, "<driver iothread='1'/>")},
    {"VER-P02", EMULATOR("", "~<source type='file' path='/a'/>"),
     TPM("", "<backend type='external'><source type='unix' path='/a'/></backend>")},
    {"VER-P02", EMULATOR("~debug='3'", ""), EMULATOR("persistent_state='yes'", "")},
    {"VER-P01", DEV("<disk type='file'><source file='/a'/><target dev='nvme0n1' ~bus='nvme'/></disk>"),
     DISK("", VDA, "")},
    {"VER-P02", "~<iommufd enabled='yes'/>", "<metadata><iommufd xmlns='urn:a'/></metadata>"},
};

static const struct t_row of_10_0[] = {
    {"VER-P02", SCSI(VIRTIO_SCSI, "<driver>~<iothreads><iothread id='1'/></iothreads></driver>"),
     MAP("", "<iothread id='1'/>")},
};

TEST(an_old_target)
{
    t_rows_check_for(DX_LIBVIRT(4, 0), of_4_0, COUNT(of_4_0));
}

TEST(a_target_of_today)
{
    t_rows_check_for(DX_LIBVIRT(9, 0), of_9_0, COUNT(of_9_0));
    t_rows_check_for(DX_LIBVIRT(10, 0), of_10_0, COUNT(of_10_0));
}

/* The queues of a controller's map are nothing to a libvirt that drops it. */
TEST(a_map_that_is_dropped_is_not_judged)
{
    static const struct t_row row = {"VER-P02",
                                     SCSI(VIRTIO_SCSI, "<driver>~<iothreads><iothread id='9'/></iothreads></driver>"),
                                     SCSI(VIRTIO_SCSI, "<driver queues='2'/>")};

    t_rows_check_for(DX_LIBVIRT(11, 1), &row, 1);
}

/* Stands behind those that trip the rules. */
TEST(every_rule_was_tripped)
{
    t_rows_all_tripped("VER-");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_old_target),
        cmocka_unit_test(a_target_of_today),
        cmocka_unit_test(a_map_that_is_dropped_is_not_judged),
        cmocka_unit_test(every_rule_was_tripped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
