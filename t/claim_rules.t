# What a realm asks of claims: issuer, audience, leeway, max_age, require_claims.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use JSON::PP ();

new_key('v1');
my %realm = (
    issuer => 'issuer https://id.example;',
    audience => 'audience shop;',
    audiences => 'audience shop admin;',
    leeway => 'leeway 60s;',
    age => 'max_age 1h;',
    lenient => 'max_age 1h; leeway 60s;',
    require => 'require_claims tenant role;',
    none => 'require_claims sub;',
);
my $nginx = Nginx->new(
    realms => {map { $_ => "key v1 file=v1.key; token header=X-Token; $realm{$_}" } keys %realm},
    locations => join('', map {"location /$_ { auth_session $_; proxy_pass http://backend; }"} keys %realm),
);
my $now = time;
my ($true, $false) = (JSON::PP::true, JSON::PP::false);
my $ever = $now + 100000;

my @table = (
    ['issuer', {iss => 'https://id.example'}, 'valid'],
    ['issuer', {iss => 'https://id.example/'}, 'claims'],
    ['issuer', {iss => 'HTTPS://id.example'}, 'claims'],
    ['issuer', {iss => ['https://id.example']}, 'claims'],
    ['issuer', {iss => ''}, 'claims'],
    ['issuer', {}, 'claims'],
    ['audience', {aud => 'shop'}, 'valid'],
    ['audience', {aud => ['shop']}, 'valid'],
    ['audience', {aud => ['other', 'shop']}, 'valid'],
    ['audience', {aud => 'other'}, 'claims'],
    ['audience', {aud => 'shop '}, 'claims'],
    ['audience', {aud => 'Shop'}, 'claims'],
    ['audience', {aud => []}, 'claims'],
    ['audience', {aud => ['other']}, 'claims'],
    ['audience', {aud => ['shop', 1]}, 'claims'],
    ['audience', {aud => [['shop']]}, 'claims'],
    ['audience', {aud => {shop => 1}}, 'claims'],
    ['audience', {aud => 1}, 'claims'],
    ['audience', {aud => $true}, 'claims'],
    ['audience', {}, 'claims'],
    ['audiences', {aud => 'admin'}, 'valid'],
    ['audiences', {aud => ['x', 'shop']}, 'valid'],
    ['audiences', {aud => ['x', 'y']}, 'claims'],
    ['leeway', {exp => $now - 30}, 'valid'],
    ['leeway', {exp => $now - 61}, 'expired'],
    ['leeway', {nbf => $now + 40}, 'valid'],
    ['leeway', {nbf => $now + 120}, 'early'],
    ['leeway', {iat => $now + 40}, 'valid'],
    ['leeway', {iat => $now + 120}, 'early'],
    ['age', {iat => $now - 3000}, 'valid'],
    ['age', {iat => $now - 3602, exp => $ever}, 'expired'],
    ['age', {iat => undef, exp => $ever}, 'expired'],
    ['age', {iat => 0, exp => $ever}, 'expired'],
    ['lenient', {iat => $now - 3630, exp => $ever}, 'valid'],
    ['lenient', {iat => $now - 3662, exp => $ever}, 'expired'],
    ['require', {tenant => 't', role => 'r'}, 'valid'],
    ['require', {tenant => 't', role => $false}, 'valid'],
    ['require', {tenant => 't'}, 'claims'],
    ['require', {role => 'r'}, 'claims'],
    ['require', {tenant => 't', role => 'r', exp => undef, sub => undef}, 'valid'],
    ['none', {exp => undef}, 'valid'],
    ['none', {sub => undef}, 'claims'],
);
for my $case (@table) {
    my ($realm, $claims, $reason) = @$case;
    my $response = $nginx->get("/$realm", 'X-Token: ' . mint($claims));
    is $response->answer, ($reason eq 'valid' ? 200 : 401) . " $reason", "$realm " . json($claims);
}

is $nginx->get('/age', 'X-Token: ' . mint({iat => $now - 3602, exp => 1}))->reason, 'expired', 'both expired';
is $nginx->get('/issuer', 'X-Token: ' . mint({exp => 1}))->reason, 'expired', 'expired is said before claims';
is $nginx->get('/issuer', 'X-Token: ' . mint({nbf => $ever}))->reason, 'early', 'early is said before claims';

done;
