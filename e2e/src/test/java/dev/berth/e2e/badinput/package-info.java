/**
 * Wrong input, row by row: the right code, a message that names field, value and rule, and nothing
 * left behind.
 */
@NullMarked
package dev.berth.e2e.badinput;

import org.jspecify.annotations.NullMarked;
