/**
 * ControllerPublishVolume: which node may use a volume of a shared pool, and from then on only it.
 */
@NullMarked
package dev.berth.controller.publish;

import org.jspecify.annotations.NullMarked;
