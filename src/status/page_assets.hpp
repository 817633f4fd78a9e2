// What is the same in every page.
#pragma once

namespace status {

extern const char* const kPageStyle;
extern const char* const kPageScript;

}  // namespace status
