/** ValidateVolumeCapabilities: whether a volume that exists can be used in a certain way. */
@NullMarked
package dev.berth.controller.validate;

import org.jspecify.annotations.NullMarked;
