package dev.berth.storage.health;

/**
 * Something that is wrong with a volume.
 *
 * @param reason a CamelCase word for machines; a volume has each at most once
 * @param message for people: what was found, and what to do
 */
public record Ailment(Severity severity, String reason, String message) {}
