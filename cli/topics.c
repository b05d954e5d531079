#include "topics.h"

#include <string.h>

static const struct topic topics[] = {
    {.name = "spec",
     .title = "SPEC",
     .summary = "the form of what --pass and --remove take",
     .body = "A SPEC names a pass and says how: NAME, or NAME:BODY. The NAME ends at the\n"
             "first colon. Nothing is trimmed, and quotes mean nothing: they are the\n"
             "shell's.\n"
             "\n"
             "BODY is split at commas. A segment such as nodeset=0, whose beginning is the\n"
             "key of an option, gives that option. The first segment, when it is none, is\n"
             "the main value of the pass. Every later one goes on with the value before it,\n"
             "comma included:\n"
             "\n"
             "  hugepages:1G,nodeset=0    size 1G, nodeset 0\n"
             "  iothreadpin:1=1-3,5,2=7   iothread 1 on CPUs 1-3,5, iothread 2 on 7\n"
             "  seclabel:static,label=system_u:system_r:svirt_t:s0:c1,c2\n"
             "                            the label ends in c1,c2\n"
             "\n"
             "A switch is written key=yes or key=no. The escapes \\, \\= and \\\\ stand for\n"
             "a comma, an equals sign and a backslash that belong to a value; any other\n"
             "backslash is itself. A key that is unknown or given twice, an empty segment\n"
             "and an empty BODY are usage errors, and the message points into the SPEC.\n"
             "\n"
             "--remove=SPEC has the same form; the options are those that the pass lists for\n"
             "its removal. Passes run in the order in which they are given.\n"},
    {.name = "exit-codes", .title = "EXIT STATUS", .summary = "what the exit status says"},
    {.name = "messages",
     .title = "MESSAGES",
     .summary = "the form of what goes to stderr",
     .body = "stdout carries the document, the diff or the report, and nothing else; what\n"
             "is said about them goes to stderr:\n"
             "\n"
             "  FILE:LINE:COLUMN: error[RULE]: message\n"
             "  the line of the source\n"
             "      ^\n"
             "  in: the path of the element\n"
             "  expected: what would be right there, the nearest first\n"
             "  hint: what to do\n"
             "\n"
             "A message is an error, a warning or a note. Lines and columns count from 1,\n"
             "columns in characters; stdin is <stdin>. What has no place in a document\n"
             "begins with domxform instead.\n"
             "\n"
             "With --message-format=json each message is one object on a line, with the\n"
             "keys file, line, column, endLine, endColumn, rule, level, severity, message,\n"
             "expected, hint, path and pass. What is absent is null; keys are only ever\n"
             "added. The level is one of schema, define, start, advice, usage, io, input\n"
             "and internal.\n"
             "\n"
             "-q leaves errors only; -v also says of each FILE what became of it.\n"},
    {.name = "json",
     .title = "JSON REPORT",
     .summary = "the form of what validate and advise print with --format=json",
     .body = "validate: one object, findings in the order of the files and of each document:\n"
             "\n"
             "  {\"version\": 1,\n"
             "   \"schema\": \"/usr/share/libvirt/schemas/domain.rng\",\n"
             "   \"findings\": [\n"
             "     {\"file\": \"vm.xml\", \"line\": 11, \"column\": 27,\n"
             "      \"endLine\": 11, \"endColumn\": 39, \"rule\": \"IOT-Q02\",\n"
             "      \"level\": \"define\", \"severity\": \"error\",\n"
             "      \"message\": \"iothread 7 of vda is not defined\", \"expected\": null,\n"
             "      \"hint\": \"raise <iothreads>, or list the id in <iothreadids>\",\n"
             "      \"path\": \"domain/devices/disk (target vda)/driver\", \"pass\": null}],\n"
             "   \"summary\": {\"files\": 1, \"filesWithFindings\": 1, \"skipped\": 0,\n"
             "     \"errors\": 1, \"warnings\": 0, \"notes\": 0, \"exitCode\": 1}}\n"
             "\n"
             "A finding has the keys of a message (domxform help messages); lines and columns\n"
             "count from 1, columns in characters, and the end is the first character behind\n"
             "it. The level of a finding is schema, define, start or advice; a file that is\n"
             "malformed is one finding of level input, one that cannot be read one of level\n"
             "io, and both have no rule. \"schema\" is the file that was taken, \"bundled\n"
             "(partial)\" or \"none\". What is absent is null; keys are only ever added.\n"
             "\n"
             "advise: one object, files in their order, and in each the lines of the recipes:\n"
             "\n"
             "  {\"version\": 1,\n"
             "   \"files\": [\n"
             "     {\"file\": \"vm.xml\",\n"
             "      \"advice\": [\n"
             "        {\"spec\": \"hugepages:2M\", \"remove\": false, \"try\": true,\n"
             "         \"pass\": \"hugepages\", \"state\": \"missing\",\n"
             "         \"line\": 3, \"column\": 33, \"endLine\": 3, \"endColumn\": 33,\n"
             "         \"path\": \"domain/memoryBacking\",\n"
             "         \"change\": \"add <memoryBacking><hugepages/>\",\n"
             "         \"reason\": null, \"hint\": null, \"brings\": \"...\", \"risk\": \"...\",\n"
             "         \"recipe\": \"<recipe openeuler-performance>\", \"recipeLine\": 20}],\n"
             "      \"command\": \"domxform --pass=hugepages:2M vm.xml\",\n"
             "      \"followed\": 0, \"missing\": 1, \"blocked\": 0, \"notApplicable\": 0}],\n"
             "   \"summary\": {\"files\": 1, \"skipped\": 0, \"followed\": 0, \"missing\": 1,\n"
             "     \"blocked\": 0, \"notApplicable\": 0, \"exitCode\": 1}}\n"
             "\n"
             "The state is followed, missing, notApplicable or blocked; the last two have a\n"
             "reason. The command does all that is missing and is null where nothing is. Files\n"
             "that cannot be read or are malformed are told on stderr alone.\n"},
    {.name = "host-json",
     .title = "JSON OF A PLAN",
     .summary = "the form of what host plan and host check print with --format=json",
     .body = "One object, those of the host before those of the guests:\n"
             "\n"
             "  {\"version\": 1,\n"
             "   \"command\": \"host plan\",\n"
             "   \"host\": {\"root\": \"/\", \"cpus\": null},\n"
             "   \"requirements\": [\n"
             "     {\"id\": \"halt-poll\", \"kind\": \"halt-poll\", \"scope\": \"host\",\n"
             "      \"title\": \"...\", \"why\": \"...\", \"guide\": \"Halt polling\",\n"
             "      \"state\": \"missing\", \"found\": \"halt_poll_ns is 0\",\n"
             "      \"askers\": [\n"
             "        {\"domain\": \"demo\", \"what\": \"...\", \"file\": \"vm.xml\",\n"
             "         \"line\": 4, \"column\": 3, \"endLine\": 4, \"endColumn\": 20,\n"
             "         \"path\": \"domain/memoryBacking\"}],\n"
             "      \"remedies\": [\n"
             "        {\"kind\": \"write\", \"why\": \"...\", \"path\": \"/sys/...\",\n"
             "         \"key\": null, \"separator\": null, \"value\": \"200000\",\n"
             "         \"other\": null, \"owner\": null, \"mode\": null,\n"
             "         \"readback\": \"equal\", \"persists\": false, \"reboot\": false,\n"
             "         \"afterChange\": false, \"choice\": false}],\n"
             "      \"persistence\": \"...\", \"verify\": \"cat /sys/...\", \"note\": null}],\n"
             "   \"summary\": {\"files\": 1, \"skipped\": 0, \"failed\": 0, \"ok\": 0,\n"
             "     \"missing\": 1, \"unknown\": 0, \"exitCode\": 0}}\n"
             "\n"
             "An id is unique and the same in each run. The state is ok, missing or unknown,\n"
             "and found says why. The root is null where no host is read; paths of remedies\n"
             "never begin with it. Remedies are steps, in order; those with \"choice\" are left\n"
             "to a person, \"afterChange\" are due when a step before them changed something,\n"
             "\"reboot\" take effect at the next boot, \"persists\" keep it across one. Kinds:\n"
             "\n"
             "  write       value into the file path of sysfs or procfs; readback is how to\n"
             "              compare what is read then: equal, atLeast, choice, mask\n"
             "  kernelArgs  the words of value among the arguments of the kernel\n"
             "  setting     a line of key, separator and value in the file path\n"
             "  file        the file path holds value; owner and mode (\"0644\") are its own\n"
             "  owner       path, and where it ends with / all below, is of owner and has mode\n"
             "  package     the packages of value (RPM) or other (Debian)\n"
             "  service     systemd's units value are to be key: enabled, restarted, masked,\n"
             "              reloaded\n"
             "  command     the line of shell value, unless the line other succeeds\n"
             "  manual      what only a person can do: value\n"
             "\n"
             "What is absent is null; keys and kinds are only ever added.\n"},
    {.name = "files",
     .title = "FILES",
     .summary = "how -i and -o write",
     .body = "-i and -o write a new file, .NAME.domxform.XXXXXX in the same directory, bring\n"
             "it to the disk and rename it, so that at any moment the old content or the new\n"
             "one is there. Mode, owner, access list and labels are kept; a symbolic link\n"
             "stays, and what it leads to is changed. A FILE that needs no change is not\n"
             "touched. Refused are a file with several hard links, one that somebody else\n"
             "changed meanwhile and, with -i, what is no regular file.\n"
             "\n"
             "-iSUFFIX keeps the old file as FILESUFFIX; SUFFIX begins with '.', '~', '-' or\n"
             "'_'. The files in /etc/libvirt/qemu are libvirt's own: change them through\n"
             "virsh, for example with\n"
             "\n"
             "  EDITOR='domxform -i --pass=hugepages:1G' virsh edit NAME\n"},
    {.name = "environment",
     .title = "ENVIRONMENT",
     .summary = "the variables that are looked at",
     .body = "NO_COLOR, when it is not empty, and TERM=dumb switch --color=auto off.\n"},
    {.name = "examples",
     .title = "EXAMPLES",
     .summary = "some command lines",
     .body = "Give a guest pages of 1 GiB and a TPM:\n"
             "\n"
             "  domxform --pass=hugepages:1G --pass=tpm < vm.xml > out.xml\n"
             "\n"
             "See what would change, then change it and keep the old file:\n"
             "\n"
             "  domxform --diff --pass=iothreads *.xml\n"
             "  domxform -i.orig --pass=iothreads *.xml\n"
             "\n"
             "In CI, fail where a file is not as it should be:\n"
             "\n"
             "  domxform --check --pass=hugepages:1G domains/*.xml\n"
             "\n"
             "Give all disks discard, and run a stylesheet of one's own:\n"
             "\n"
             "  domxform --pass=disk:all,discard=unmap --pass=xslt:bridge.xsl,to=br0 vm.xml\n"
             "\n"
             "Change what has no pass of its own:\n"
             "\n"
             "  domxform --pass=set:./on_crash=restart --pass=delete:./devices/sound vm.xml\n"
             "\n"
             "Ask what of good advice is not followed yet, and follow it:\n"
             "\n"
             "  domxform advise --recipe=openeuler-performance vm.xml\n"
             "  domxform -i --recipe=openeuler-performance --set size=1G vm.xml\n"
             "\n"
             "Ask what domains need of their host, and whether it has that:\n"
             "\n"
             "  domxform host plan --format=sh /etc/libvirt/qemu/ > prepare.sh\n"
             "  domxform host check vm.xml\n"
             "\n"
             "Between virsh and virsh:\n"
             "\n"
             "  virsh dumpxml --inactive --security-info NAME |\n"
             "      domxform --pass=tpm > new.xml && virsh define new.xml\n"
             "\n"
             "Without --security-info the passwords of the displays would be lost.\n"},
};

const char topic_several_files[] = "With several files one that fails does not stop the others, and the highest\n"
                                   "number met is the exit status.\n";

const struct topic *topic_at(size_t i)
{
    return i < sizeof topics / sizeof topics[0] ? &topics[i] : NULL;
}

const struct topic *topic_find(const char *name)
{
    for (size_t i = 0; topic_at(i); i++) {
        if (strcmp(topics[i].name, name) == 0) {
            return &topics[i];
        }
    }
    return NULL;
}

void topic_text(struct text *text, const struct topic *topic)
{
    const struct exit_code *row;

    if (topic->body) {
        text_puts(text, topic->body);
        return;
    }
    for (size_t i = 0; (row = exit_code_at(i)) != NULL; i++) {
        text_format(text, "  %-4d", row->code);
        text_format(text, "%s. ", row->meaning);
        text_wrap(text, 6, row->detail);
    }
    text_byte(text, '\n');
    text_puts(text, topic_several_files);
}
