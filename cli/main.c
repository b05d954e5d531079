#include "cli.h"
#include "stuck.h"

#include <stdlib.h>

int main(int argc, char **argv)
{
    /* Stylesheets name plug-ins of libxslt, which then looks for them where none can be. */
    setenv("LIBXSLT_PLUGINS_PATH", "/dev/null", 1);
    /* Catalogs could send libxml2 to other files and, with an old one, to the network. */
    if (dx_process_init(DX_PROCESS_NO_CATALOGS | DX_PROCESS_MEMORY | DX_PROCESS_XSLT) != DX_OK) {
        return CLI_INTERNAL;
    }
    dx_process_on_stuck(stuck_exit);
    return cli_main(argc, argv, io_posix());
}
