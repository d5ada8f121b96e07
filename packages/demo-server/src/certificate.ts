import { createHash } from 'node:crypto'
// Required by @peculiar/x509.
import 'reflect-metadata'
import { SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509'

export interface Certificate {
  /** The private key, in PEM. */
  readonly key: string
  /** The certificate, in PEM. */
  readonly cert: string
  /** The SHA-256 of the public key (SubjectPublicKeyInfo) in base64. Browsers use it to name a certificate to trust. */
  readonly spki: string
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const names = [
  { type: 'dns', value: 'localhost' },
  { type: 'ip', value: '127.0.0.1' },
  { type: 'ip', value: '::1' },
] as const
const DAY = 86_400_000

/** Creates a self-signed certificate for this machine, valid for a few days. */
export async function createCertificate(): Promise<Certificate> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=localhost',
    keys,
    signingAlgorithm: algorithm,
    // Valid from yesterday, because clocks differ. Browsers reject a certificate that is valid for too long.
    notBefore: new Date(Date.now() - DAY),
    notAfter: new Date(Date.now() + 10 * DAY),
    extensions: [new SubjectAlternativeNameExtension([...names])],
  })
  const key = await crypto.subtle.exportKey('pkcs8', keys.privateKey)
  const body = Buffer.from(key).toString('base64')
  const spki = await crypto.subtle.exportKey('spki', keys.publicKey)
  return {
    key: `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`,
    cert: certificate.toString('pem'),
    spki: createHash('sha256').update(Buffer.from(spki)).digest('base64'),
  }
}
