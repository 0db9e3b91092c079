package dev.berth.provisioner.pod;

/**
 * A volume as its driver knows it.
 *
 * @param driver the driver's name
 * @param handle the volume's id in that driver
 */
record CsiVolume(String driver, String handle) {}
