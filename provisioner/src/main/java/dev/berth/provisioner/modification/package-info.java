/**
 * Live changes: a bound claim that names another VolumeAttributesClass gets the parameters of that
 * class. The state is in the claim's status as the API defines it (KEP-3751), so a restart goes on
 * where it was.
 */
@NullMarked
package dev.berth.provisioner.modification;

import org.jspecify.annotations.NullMarked;
