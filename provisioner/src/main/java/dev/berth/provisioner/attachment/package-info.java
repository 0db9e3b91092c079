/**
 * Attaching volumes to nodes and detaching them. {@link
 * dev.berth.provisioner.attachment.AttachDetachController} does what kube-controller-manager's
 * attach/detach controller does: it compares what pods on nodes need with the VolumeAttachment
 * objects there are, and creates and deletes these; {@code AttachDecision} is the part to read
 * first. {@link dev.berth.provisioner.attachment.AttacherController} does what external-attacher
 * does: it carries out each VolumeAttachment of one driver over CSI. {@link
 * dev.berth.provisioner.attachment.NodeAttachments} is the node's side. All state is in the
 * objects, so a restart needs nothing else.
 */
@NullMarked
package dev.berth.provisioner.attachment;

import org.jspecify.annotations.NullMarked;
