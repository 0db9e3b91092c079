/**
 * {@code berth doctor}: what is in the pools of this machine and has no PersistentVolume, why, and
 * what can be done. The daemon judges, standalone or {@code berth serve}; the command asks it over
 * its socket.
 */
@NullMarked
package dev.berth.program.doctor;

import org.jspecify.annotations.NullMarked;
