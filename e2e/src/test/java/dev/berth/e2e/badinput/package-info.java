/**
 * Wrong input, as tables: each row is one thing that somebody could get wrong, the code that it
 * gets and the words that the message must contain (field, value, rule). After each table the
 * driver, the kernel and the disk are as before it. The CSI tables share one running driver.
 */
@NullMarked
package dev.berth.e2e.badinput;

import org.jspecify.annotations.NullMarked;
