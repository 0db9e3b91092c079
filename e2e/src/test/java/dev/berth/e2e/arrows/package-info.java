/** The map of the design as tests: which package may see which. */
@NullMarked
package dev.berth.e2e.arrows;

import org.jspecify.annotations.NullMarked;
