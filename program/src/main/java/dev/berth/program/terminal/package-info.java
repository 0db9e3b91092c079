/**
 * What people see: tables, ages and colour on a terminal, the same lines without colour in a pipe.
 */
@NullMarked
package dev.berth.program.terminal;

import org.jspecify.annotations.NullMarked;
