# Every algorithm, with tokens of Crypt::JWT, PyJWT and jwcrypto; a key verifies its own algorithm only.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

my %key_for = (
    (map { ("HS$_" => 'secret', "RS$_" => 'rsa', "PS$_" => 'rsa') } 256, 384, 512),
    ES256 => 'p256', ES384 => 'p384', ES512 => 'p521', EdDSA => 'ed25519',
);
new_key('secret');
new_key($_, $_) for qw(rsa p256 p384 p521 ed25519 ed448);

my @algorithms = sort keys %key_for;
sub file_of { $_[0] eq 'secret' ? 'secret.key' : "$_[0].pub" }
my $nginx = Nginx->new(
    realms => {
        (map { $_ => "key k file=@{[ file_of($key_for{$_}) ]} alg=$_; cookie access_token;" } @algorithms),
        defaults => join(' ', 'cookie access_token;', map { "key $_ file=@{[ file_of($_) ]};" }
            qw(secret rsa p256 p384 p521 ed25519)),
        ed448 => 'key k file=ed448.pub; cookie access_token;',
    },
    echo => '$session_key $session_header_alg',
    locations => join('', map {"location /$_ { auth_session $_; proxy_pass http://backend; }"}
        @algorithms, 'defaults', 'ed448'),
);

my %python;
@python{@algorithms} = mint_python(map { [{}, key => $key_for{$_}, alg => $_] } @algorithms);
my @jwcrypto = grep { !/^HS/ } @algorithms;
my %jwcrypto;
@jwcrypto{@jwcrypto} = mint_python(map { [{}, key => $key_for{$_}, alg => $_, by => 'jwcrypto'] } @jwcrypto);

for my $algorithm (@algorithms) {
    my %by = ('Crypt::JWT' => mint({}, key => $key_for{$algorithm}, alg => $algorithm),
        PyJWT => $python{$algorithm}, jwcrypto => $jwcrypto{$algorithm});
    for my $maker (sort grep { $by{$_} } keys %by) {
        is $nginx->get("/$algorithm", cookie($by{$maker}))->body, "k $algorithm", "$algorithm by $maker";
    }
    is $nginx->get("/$algorithm", cookie(tamper($python{$algorithm})))->answer, '401 signature',
        "$algorithm: a false signature";
    my @others = grep { $_ ne $algorithm } @algorithms;
    is_deeply [map { $nginx->get("/$algorithm", cookie($python{$_}))->answer } @others],
        [map {'401 algorithm'} @others], "$algorithm: every other algorithm is refused";
}

my %default = (HS256 => 'secret', RS256 => 'rsa', ES256 => 'p256', ES384 => 'p384', ES512 => 'p521',
    EdDSA => 'ed25519');
for my $algorithm (sort keys %default) {
    is $nginx->get('/defaults', cookie($python{$algorithm}))->body, "$default{$algorithm} $algorithm",
        "$algorithm is the default of its key's type";
}
is $nginx->get('/defaults', cookie($python{PS256}))->answer, '401 algorithm', 'PS256 is the default of none';
is $nginx->get('/ed448', cookie(scalar mint_python({}, key => 'ed448', alg => 'EdDSA')))->body, 'k EdDSA', 'Ed448';

done;
