/**
 * The volume manager of a node: what the pods placed here want, what the kernel and the folders
 * below the root say there is, and the steps that close the difference. {@link
 * dev.berth.provisioner.pod.VolumeManager} runs it; {@code Decision} is the part to read first.
 */
@NullMarked
package dev.berth.provisioner.pod;

import org.jspecify.annotations.NullMarked;
