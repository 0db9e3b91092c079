/**
 * The Identity and Controller services of CSI over storage; one package for each call, put together
 * by {@link dev.berth.controller.ControllerPlugin}.
 */
@NullMarked
package dev.berth.controller;

import org.jspecify.annotations.NullMarked;
