/**
 * Measurements, each printed as a ratio beside an alternative of the same run: volumes beside the
 * bare system calls, the program's start beside nothing but its budget. Nothing depends on this
 * module, and no test waits for a time.
 */
@NullMarked
package dev.berth.bench;

import org.jspecify.annotations.NullMarked;
