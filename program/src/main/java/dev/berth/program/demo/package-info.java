/**
 * {@code berth demo}: a manifest becomes mounted volumes in a scratch folder, step by step, and
 * each step is checked against the kernel before it is called done.
 */
@NullMarked
package dev.berth.program.demo;

import org.jspecify.annotations.NullMarked;
