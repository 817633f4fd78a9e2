# Keys that cannot be used: `nginx -t` names the key, where it is read from, what is wrong and how to mend it.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use ConfigErrors;

my $folder = folder();
sub openssl { system("openssl @_ 2>$folder/openssl.log") == 0 or die read_file("$folder/openssl.log") }

new_key('v1');
new_key($_, $_) for qw(rsa rsa1024 p256);
openssl("pkey -in $folder/p256.key -aes256 -passout pass:word -out $folder/encrypted.key");
openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1 -out $folder/curve.key");
openssl("genpkey -algorithm X25519 -out $folder/x25519.key");
openssl("genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_pss_keygen_md:sha512",
    "-pkeyopt rsa_pss_keygen_mgf1_md:sha512 -pkeyopt rsa_pss_keygen_saltlen:64 -out $folder/pss.key");
my %file = ('empty.key' => '', 'newline.key' => "\n", 'odd.key' => 'abc', 'large.key' => 'x' x (1024 * 1024 + 1),
    'cut.key' => "-----BEGIN PRIVATE KEY-----\nMIIB\n", 'list.json' => '[]', 'keys.json' => '{"key":[]}',
    'none.json' => '{"keys":[]}', 'skipped.json' => '{"keys":[{"kty":"quantum","kid":"q"}]}');
write_file($_, $file{$_}) for keys %file;

refuses(sub { (realm => "\n$_[0]\n") }, <<'TABLE', env => {SESSION_EMPTY => '', SESSION_ODD => 'abc'});
cookie access_token;
    } realm "app" has no keys, add "key" or "key_set"
key v2;
    invalid number of arguments in "key" directive
key v2 alg=HS256;
    key "v2" needs one of file=PATH and env=NAME
key v2 file=v1.key env=SESSION_ODD;
    key "v2" needs one of file=PATH and env=NAME
key v2 file=;
    key "v2" needs one of file=PATH and env=NAME
key "" file=v1.key;
    invalid value "" in "key", the ID of a key is 1 to 255 printable bytes
key v1 file=v1.key; key v1 file=rsa.key;
    duplicate key "v1", each needs an ID of its own
key v2 file=v1.key sign=yes;
    invalid value "sign=yes" in "key", use file=, env=, alg=, encoding= or until=
key v2 file=v1.key alg=none;
    invalid value "none" in "key", use HS256, RS256, PS256, ES256 and their 384 and 512, or EdDSA
key v2 file=v1.key alg=hs256;
    invalid value "hs256" in "key", use HS256
key v2 file=v1.key encoding=utf8;
    invalid value "utf8" in "key", use raw, hex, base64 or base64url
key v2 file=v1.key until=2027-01-31;
    invalid value "2027-01-31" in "key", "until" is a time such as 2027-01-31T00:00:00Z
key v2 file=absent.key;
    key "v2": cannot read "F/absent.key": No such file or directory,
    name a file that the user who starts nginx can read
key v2 file=.;
    key "v2": cannot read "F/.": Is a directory, name a file that the user who starts nginx can read
key v2 file=large.key;
    key "v2": cannot read "F/large.key": larger than 1 MB, name a file
key v2 env=SESSION_NONE;
    key "v2": environment variable "SESSION_NONE" is not set where nginx was started, set it there or use file=PATH
key v2 env=SESSION_EMPTY;
    key "v2": environment variable "SESSION_EMPTY": the secret is empty: make one with "openssl rand -hex 32"
key v2 env=SESSION_ODD encoding=hex;
    key "v2": environment variable "SESSION_ODD": the secret is not hex: name the encoding it has
key v2 file=empty.key;
    key "v2": "F/empty.key": the secret is empty: make one with "openssl rand -hex 32"
key v2 file=newline.key;
    key "v2": "F/newline.key": the secret is empty: make one with "openssl rand -hex 32"
key v2 file=odd.key encoding=hex;
    key "v2": "F/odd.key": the secret is not hex: name the encoding it has, raw, hex, base64 or base64url
key v2 file=v1.key alg=RS256;
    key "v2": "F/v1.key": algorithm "RS256" is not one of an HMAC secret: use "HS256", or a key in PEM form
key v2 file=rsa.pub alg=HS256;
    key "v2": "F/rsa.pub": algorithm "HS256" is not one of an RSA key: use "RS256"
key v2 file=p256.key alg=ES384;
    key "v2": "F/p256.key": algorithm "ES384" is not one of an EC key on prime256v1: use "ES256"
key v2 file=rsa.key encoding=hex;
    key "v2": "F/rsa.key": encoding "hex" is for HMAC secrets, but this is a PEM key: leave it out
key v2 file=rsa1024.key;
    key "v2": "F/rsa1024.key": the RSA key has 1024 bits, fewer than 2048:
    make one with "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048"
key v2 file=encrypted.key;
    key "v2": "F/encrypted.key": the PEM key is encrypted: store it decrypted, as "openssl pkey" writes it
key v2 file=curve.key;
    key "v2": "F/curve.key": an EC key on secp256k1 signs no tokens: use P-256, P-384 or P-521
key v2 file=x25519.key;
    key "v2": "F/x25519.key": the key is of a type that signs no tokens: use RSA, EC or Ed25519
key v2 file=pss.key alg=PS256;
    key "v2": "F/pss.key": the key's own parameters do not permit "PS256": name the algorithm that they permit
key v2 file=cut.key;
    key "v2": "F/cut.key": the PEM text holds no private and no public key that OpenSSL can read: make one with
key_set;
    invalid number of arguments in "key_set" directive
key_set v1.key;
    invalid value "v1.key" in "key_set", use file=PATH or location=URI
key_set file=;
    invalid value "file=" in "key_set", use file=PATH or location=URI
key_set file=v1.key keep=1h;
    invalid value "keep=1h" in "key_set", "key_set file=" takes no other parameter
key_set location=;
    invalid value "" in "key_set", name a location of the servers that use the realm, such as /jwks
key_set location=jwks;
    invalid value "jwks" in "key_set", name a location of the servers
key_set location=https://id.example.com/jwks;
    invalid value "https://id.example.com/jwks" in "key_set", name a location of the servers
key_set location=@jwks;
    invalid value "@jwks" in "key_set", name a location of the servers
key_set location=/jwks#x;
    invalid value "/jwks#x" in "key_set", name a location of the servers
key_set refresh=10m;
    "key_set" with refresh= or keep= needs location=URI
key_set location=/jwks refresh=soon;
    invalid value "soon" in "key_set", use a time such as 10m or 24h
key_set location=/jwks refresh=0;
    invalid value "0" in "key_set", use a time such as 10m or 24h
key_set location=/jwks keep=0s;
    invalid value "0s" in "key_set", use a time such as 10m or 24h
key_set location=/jwks every=1h;
    invalid value "every=1h" in "key_set", use location=, refresh= or keep=
key_set location=/jwks refresh=1h keep=10m;
    "key_set": keep= is shorter than refresh=, keys would run out between two fetches: use a longer keep= or a shorter
    refresh=
key_set location=/jwks location=/other;
    invalid value "location=/other" in "key_set", "location" stands there twice
key_set location=/jwks; key_set location=/other;
    realm "app" has a second "key_set location=", use one
key_set file=absent.json;
    key_set: cannot read "F/absent.json": No such file or directory, name a file that the user who starts nginx can read
key_set file=list.json;
    key_set "F/list.json": the key set is no JSON object,
    use a JSON Web Key Set (RFC 7517) with a key for signatures
key_set file=keys.json;
    key_set "F/keys.json": the key set has no array "keys", as a JSON Web Key Set has, use a JSON Web Key Set
key_set file=none.json;
    key_set "F/none.json": the key set has no key that verifies tokens, use a JSON Web Key Set
key_set file=skipped.json;
    key_set "F/skipped.json": the key set has no key that verifies tokens:
    key 1 ("q") skipped: its "kty" is none of EC, OKP, RSA and oct, use a JSON Web Key Set
TABLE

# Weak, but good: loaded with a warning that names as much.
write_file('short.key', 'too short');
for my $case (
    ['key v2 file=short.key;', "key \"v2\": \"$folder/short.key\": the secret has 9 bytes, of less than 32"],
    ['key v2 file=v1.key until=2020-01-01T00:00:00Z;', 'key "v2" has ended at 2020-01-01T00:00:00Z and verifies '
            . 'nothing, remove it'],
    ['key v2 file=v1.key; key_set file=set.json;', "key_set \"$folder/set.json\": key 2 (\"q\") skipped: its \"kty\""],
) {
    write_file('set.json', '{"keys":[{"kty":"oct","k":"' . encode_base64url('k' x 32) . '"},{"kty":"x","kid":"q"}]}');
    my ($good, $output) = Nginx->check(realm => $case->[0]);
    ok $good, "loads: $case->[0]";
    like $output, qr/\[warn\].*\Q$case->[1]\E.* in \S+\.conf:\d+$/m, "warns: $case->[0]";
}

done;
