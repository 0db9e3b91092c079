/**
 * The program: {@link dev.berth.program.Main} reads the command line and runs one command of the
 * packages below. Exit codes: 0 done, 1 it failed (one line on stderr says why), 2 the command line
 * is wrong.
 */
@NullMarked
package dev.berth.program;

import org.jspecify.annotations.NullMarked;
