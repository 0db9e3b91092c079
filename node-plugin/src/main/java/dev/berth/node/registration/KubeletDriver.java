package dev.berth.node.registration;

import dev.berth.csi.server.Endpoint;

/**
 * A driver that the kubelet shall know.
 *
 * @param name the CSI driver's name, which GetPluginInfo answers too
 * @param endpoint the socket of its CSI services, as the kubelet sees the path
 */
public record KubeletDriver(String name, Endpoint endpoint) {}
