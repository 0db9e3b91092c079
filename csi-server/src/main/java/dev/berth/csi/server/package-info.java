/**
 * The gRPC server of a CSI driver: on a unix socket for the kubelet and the sidecars ({@link
 * dev.berth.csi.server.CsiServer}), and in the same process for our own volume controller ({@link
 * dev.berth.csi.server.InProcessServer}). Both run every call on a virtual thread and through the
 * same interceptor, so a service behaves alike wherever it is called from. {@link
 * dev.berth.csi.server.KeptServer} keeps a socket's name alive in folders that others clean up.
 */
@NullMarked
package dev.berth.csi.server;

import org.jspecify.annotations.NullMarked;
