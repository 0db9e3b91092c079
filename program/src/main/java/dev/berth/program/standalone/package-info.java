/**
 * {@code berth up}: the CSI services, the volume controller and the objects of one machine in one
 * process, over one root folder.
 */
@NullMarked
package dev.berth.program.standalone;

import org.jspecify.annotations.NullMarked;
