#include <stddef.h>
#include <stdint.h>

// What a program calls that has a main function of its own: https://llvm.org/docs/LibFuzzer.html, "Using libFuzzer as a
// library". The toolchain has the library, and no header for it.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*callback)(const uint8_t *data, size_t size));
