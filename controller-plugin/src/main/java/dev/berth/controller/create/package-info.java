/**
 * CreateVolume: the whole request is parsed before anything happens, then the pools make the volume
 * or find it.
 */
@NullMarked
package dev.berth.controller.create;

import org.jspecify.annotations.NullMarked;
