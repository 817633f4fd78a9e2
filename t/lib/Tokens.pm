# Keys and tokens. Keys live in the workspace's folder: NAME.key (the secret, or the private PEM) and NAME.pub.
#
#   new_key('v1');            # an HMAC secret
#   new_key('v2', 'rsa');     # or p256, p384, p521, ed25519, ed448, rsa1024
#   mint({sub => '42'}, key => 'v1', kid => 'v1');
package Tokens;

use strict;
use warnings;

use Carp qw(croak);
use Crypt::JWT ();
use Digest::SHA ();
use Exporter qw(import);
use File::Basename qw(dirname);
use IPC::Open2 qw(open2);
use JSON::PP ();
use MIME::Base64 qw(encode_base64url);

use Workspace qw(folder write_file read_file keep_secret);

our @EXPORT = qw(new_key mint mint_python mint_raw claims cookie bearer tamper token_hash jwk_set
    encode_base64url json);

my %default_algorithm = (hmac => 'HS256', rsa => 'RS256', rsa1024 => 'RS256', p256 => 'ES256', p384 => 'ES384',
    p521 => 'ES512', ed25519 => 'EdDSA', ed448 => 'EdDSA');
my %openssl = (rsa => 'RSA -pkeyopt rsa_keygen_bits:2048', rsa1024 => 'RSA -pkeyopt rsa_keygen_bits:1024',
    (map { ("p$_" => "EC -pkeyopt ec_paramgen_curve:P-$_") } 256, 384, 521),
    ed25519 => 'ED25519', ed448 => 'ED448');
my %kind;
my $json = JSON::PP->new->canonical->allow_nonref->utf8;
my $python = -x '/usr/bin/python3' ? '/usr/bin/python3' : 'python3';

sub json { $json->encode($_[0]) }

# Makes the key's files; returns the name. A secret may be given.
sub new_key {
    my ($name, $kind, $secret) = @_;
    my $base = folder() . "/$name";
    $kind{$name} = $kind //= 'hmac';
    if ($kind eq 'hmac') {
        $secret //= join '', map { ('a' .. 'z', 0 .. 9)[rand 36] } 1 .. 64;
        write_file("$name.key", $secret);
        keep_secret($secret, unpack('H*', $secret));
        return $name;
    }
    system("openssl genpkey -algorithm $openssl{$kind} -out $base.key 2>$base.log && "
        . "openssl pkey -in $base.key -pubout -out $base.pub") == 0 or croak read_file("$base.log");
    my @lines = split /\n/, read_file("$base.key");
    keep_secret($lines[1]);
    return $name;
}

sub key_bytes { $kind{$_[0]} ? read_file(folder() . "/$_[0].key") : croak "no key $_[0]" }

# A user's claims with an hour to live; undef takes one away.
sub claims {
    my (%claims) = @_;
    %claims = (sub => '42', iat => time, exp => time + 3600, %claims);
    defined $claims{$_} or delete $claims{$_} for keys %claims;
    return \%claims;
}

# A token by Crypt::JWT of claims (completed as above) or of a payload given as text.
# Options: key (v1), alg (the key's own), kid, header (more members).
sub mint {
    my ($claims, %option) = @_;
    my $name = $option{key} // 'v1';
    my $key = key_bytes($name);
    my $payload = ref $claims ? json(claims(%$claims)) : $claims;
    my %header = (%{$option{header} // {}}, defined $option{kid} ? (kid => $option{kid}) : ());
    my $token = Crypt::JWT::encode_jwt(payload => $payload, alg => $option{alg} // $default_algorithm{$kind{$name}},
        key => $kind{$name} eq 'hmac' ? $key : \$key, extra_headers => \%header);
    keep_secret($token, $token =~ /([^.]+)$/);
    return $token;
}

# The same by PyJWT, or by jwcrypto with `by => 'jwcrypto'`. Given a list of [claims, options], mints all at once.
sub mint_python {
    my @wanted = ref $_[0] eq 'ARRAY' ? @_ : [@_];
    my @jobs = map {
        my ($claims, %option) = @$_;
        my $name = $option{key} // 'v1';
        key_bytes($name);
        {claims => claims(%$claims), file => folder() . "/$name.key", secret => $kind{$name} eq 'hmac',
            alg => $option{alg} // $default_algorithm{$kind{$name}}, by => $option{by} // 'pyjwt',
            header => {%{$option{header} // {}}, defined $option{kid} ? (kid => $option{kid}) : ()}};
    } @wanted;
    my $tokens = python('mint.py', \@jobs);
    keep_secret($_, /([^.]+)$/) for @$tokens;
    return wantarray ? @$tokens : $tokens->[0];
}

# Public keys as a JWK set, by jwcrypto: [key, kid, more members] each.
sub jwk_set {
    my @jobs = map {
        my ($name, $kid, $more) = @$_;
        {file => folder() . "/$name.key", secret => $kind{$name} eq 'hmac', kid => $kid, more => $more // {}};
    } @_;
    return json(python('jwks.py', \@jobs));
}

sub python {
    my ($script, $input) = @_;
    my $pid = open2(my $from, my $to, $python, dirname(__FILE__) . "/$script");
    print $to json($input);
    close $to;
    local $/;
    my $output = <$from> // '';
    waitpid $pid, 0;
    croak "$script failed" if $?;
    return $json->decode($output);
}

# HMAC over any header and payload text, by nobody's library: for what they refuse to make.
sub mint_raw {
    my ($header, $payload, %option) = @_;
    my $signed = join '.', map { encode_base64url($_) } $header, $payload;
    my $hmac = {256 => \&Digest::SHA::hmac_sha256, 384 => \&Digest::SHA::hmac_sha384,
        512 => \&Digest::SHA::hmac_sha512}->{$option{bits} // 256};
    my $secret = $option{secret} // key_bytes($option{key} // 'v1');
    my $token = "$signed." . encode_base64url($hmac->($signed, $secret));
    keep_secret($token, $token =~ /([^.]+)$/);
    return $token;
}

# Another first character of the signature.
sub tamper {
    my ($token) = @_;
    $token =~ s/\.([^.])([^.]*)$/'.' . ($1 eq 'A' ? 'B' : 'A') . $2/e;
    return $token;
}

# The name of a token in the lists that has neither `jti` nor `sid`.
sub token_hash { encode_base64url(Digest::SHA::sha256($_[0])) }

sub cookie { my ($token, $name) = (@_, 'access_token'); "Cookie: $name=$token" }
sub bearer { "Authorization: Bearer $_[0]" }

1;
