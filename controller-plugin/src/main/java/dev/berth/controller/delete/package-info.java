/** DeleteVolume: what is gone already is deleted. */
@NullMarked
package dev.berth.controller.delete;

import org.jspecify.annotations.NullMarked;
