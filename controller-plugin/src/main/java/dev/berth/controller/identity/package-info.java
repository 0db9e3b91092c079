/** Who the driver is, what it can do, and whether it works. */
@NullMarked
package dev.berth.controller.identity;

import org.jspecify.annotations.NullMarked;
