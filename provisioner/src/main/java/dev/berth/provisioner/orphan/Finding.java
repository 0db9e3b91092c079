package dev.berth.provisioner.orphan;

/** A volume and what it is. */
public record Finding(StoredVolume volume, Verdict verdict) {}
