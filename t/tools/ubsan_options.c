// UBSan reads its options when it has its first finding. By then nginx has written its title over
// the environment: they are kept from the start, for the library that asks for its defaults.
#include <stdlib.h>
#include <string.h>

static const char* options = "";

__attribute__((constructor)) static void keep_options(void) {
    const char* value = getenv("UBSAN_OPTIONS");
    options = value != NULL ? strdup(value) : "";
}

const char* __ubsan_default_options(void) { return options; }
