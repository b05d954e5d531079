#include "cli.h"

int main(int argc, char **argv)
{
    /* Catalogs could send libxml2 to other files and, with an old one, to the network. */
    if (dx_process_init(DX_PROCESS_NO_CATALOGS) != DX_OK) {
        return CLI_INTERNAL;
    }
    return cli_main(argc, argv, io_posix());
}
