/**
 * Tests that need another kernel than this machine's: classes named {@code *VM}, of any module, run
 * in the guest of {@code ./dev vm}; and the tests of that tool itself.
 */
@NullMarked
package dev.berth.e2e.vm;

import org.jspecify.annotations.NullMarked;
