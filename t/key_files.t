# What a key file may hold: secrets with or without a last newline, encoded ones, PEM; and keys from the environment.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use MIME::Base64 qw(encode_base64 encode_base64url);

my $binary = pack 'C*', map { int rand 256 } 1 .. 47;
$binary =~ s/[\r\n]/x/g;
new_key('raw');
new_key('binary', 'hmac', $binary);
new_key('rsa', 'rsa');
new_key('short', 'hmac', 'seventeen bytes!!');

my $secret = read_file(folder() . '/raw.key');
write_file('lf.key', "$secret\n");
write_file('crlf.key', "$secret\r\n");
write_file('two.key', "$secret\n\n");
write_file('hex.key', unpack('H*', $binary) . "\n");
write_file('base64.key', encode_base64($binary, '') . "\n");
write_file('base64url.key', encode_base64url($binary) . "\n");
write_file('spaced.pem', "\n  \n" . read_file(folder() . '/rsa.pub'));

my $nginx = Nginx->new(realm => 'key v1 file=raw.key; cookie access_token;', echo => '$session_key',
    env => {SESSION_SECRET => $secret, SESSION_PEM => read_file(folder() . '/rsa.pub')});
my %token = (map { $_ => mint({}, key => $_) } qw(raw binary rsa short));

sub accepts {
    my ($line, $key, $name) = @_;
    ok $nginx->reload(realm => "$line cookie access_token;"), "$name: loads";
    is $nginx->get('/', cookie($token{$key}))->answer, '200 valid', "$name: verifies";
}

accepts('key a file=lf.key;', 'raw', 'one newline is dropped');
accepts('key a file=crlf.key;', 'raw', 'one CRLF is dropped');
accepts('key a file=hex.key encoding=hex;', 'binary', 'hex');
accepts('key a file=base64.key encoding=base64;', 'binary', 'base64');
accepts('key a file=base64url.key encoding=base64url;', 'binary', 'base64url');
accepts('key a file=binary.key encoding=raw;', 'binary', 'raw bytes');
accepts('key a env=SESSION_SECRET;', 'raw', 'from the environment');
accepts('key a env=SESSION_PEM;', 'rsa', 'PEM from the environment');
accepts('key a file=rsa.key;', 'rsa', 'a private key verifies');
accepts('key a file=rsa.pub;', 'rsa', 'a public key verifies');
accepts('key a file=spaced.pem;', 'rsa', 'white space before PEM');

ok $nginx->reload(realm => 'key a file=two.key; cookie access_token;'), 'two newlines';
is $nginx->get('/', cookie($token{raw}))->answer, '401 signature', 'only the last one is dropped';
is $nginx->get('/', cookie(mint_raw('{"alg":"HS256"}', json(claims()), secret => "$secret\n")))->answer,
    '200 valid', 'the other belongs to the secret';

$nginx->forget_log;
accepts('key weak file=short.key;', 'short', 'a short secret');
like $nginx->log, qr/\[warn\].*"weak"/, 'a short secret is warned of';

my ($good, $output) = Nginx->check(realm => 'key v1 env=NO_SUCH_NAME_HERE;');
ok !$good, 'a variable that is not set is an error';
like $output, qr/NO_SUCH_NAME_HERE/, 'which names it';

done;
