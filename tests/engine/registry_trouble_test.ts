import { assertEquals } from "@std/assert";
import {
  type RegistryTrouble,
  registryTrouble,
} from "../../lib/engine/registry_trouble.ts";

/**
 * What an engine says. Most of it is what Engine 20.10.24 said, with other
 * hosts; what takes a gateway or a proxy of a kind that the tests have none of
 * (`507`, `413`, `proxyconnect`), or an image for other platforms, is written
 * in the form that the engine gives to such answers.
 */
const WORDS: readonly (readonly [string, RegistryTrouble | undefined])[] = [
  [
    'Get "https://no-such-host.invalid/v2/": dial tcp: lookup no-such-host.invalid on 10.0.0.2:53: no such host',
    "name",
  ],
  [
    'Get "https://quay.io/v2/": dial tcp: lookup quay.io on 10.0.0.2:53: dial udp 10.0.0.2:53: connect: network is unreachable',
    "name",
  ],
  [
    'Get "https://10.0.0.1/v2/": dial tcp 10.0.0.1:443: connect: network is unreachable',
    "unreachable",
  ],
  [
    'Get "https://10.0.0.1/v2/": dial tcp 10.0.0.1:443: connect: no route to host',
    "unreachable",
  ],
  [
    'Get "https://10.0.0.1:1/v2/": dial tcp 10.0.0.1:1: connect: connection refused',
    "refused",
  ],
  [
    'Get "https://10.0.0.1/v2/": dial tcp 10.0.0.1:443: i/o timeout',
    "timeout",
  ],
  [
    'Get "https://10.0.0.1/v2/": x509: certificate signed by unknown authority',
    "untrusted",
  ],
  [
    'Get "https://10.0.0.1/v2/": x509: certificate has expired or is not yet valid: current time 2026-01-01T00:00:00Z is after 2025-01-01T00:00:00Z',
    "expired",
  ],
  [
    'Get "https://10.0.0.1/v2/": x509: cannot validate certificate for 10.0.0.1 because it doesn\'t contain any IP SANs',
    "wrong_host",
  ],
  [
    'Get "https://10.0.0.1/v2/": http: server gave HTTP response to HTTPS client',
    "plain_http",
  ],
  [
    'Get "https://quay/v2/": proxyconnect tcp: dial tcp 10.0.0.9:3128: connect: connection refused',
    "proxy",
  ],
  ["toomanyrequests: You have reached your pull rate limit.", "rate_limit"],
  ["denied: Quota has been exceeded on namespace", "quota"],
  ["received unexpected HTTP status: 507 Insufficient Storage", "quota"],
  [
    "error parsing HTTP 413 response body: invalid character '<' looking for beginning of value: \"<html>\"",
    "too_large",
  ],
  [
    "no matching manifest for linux/amd64 in the manifest list entries",
    "platform",
  ],
  ["manifest unknown", "missing"],
  [
    "manifest for 127.0.0.1:5000/base:7 not found: manifest unknown: manifest unknown",
    "missing",
  ],
  ["name unknown", "missing"],
  [
    'Head "http://127.0.0.1:5000/v2/base/manifests/7": no basic auth credentials',
    "denied",
  ],
  [
    "pull access denied for quay/quota, repository does not exist or may require 'docker login': denied",
    "denied",
  ],
  ["received unexpected HTTP status: 503 Service Unavailable", "broken"],
  [
    "write /var/lib/docker/tmp/x: no space left on device",
    "disk_full",
  ],
  ["something that nobody has ever seen", undefined],
];

for (const [words, trouble] of WORDS) {
  Deno.test(`registryTrouble knows: ${words}`, () => {
    assertEquals(registryTrouble(words), trouble);
  });
}
