/** GetCapacity: what could still be made here. */
@NullMarked
package dev.berth.controller.capacity;

import org.jspecify.annotations.NullMarked;
