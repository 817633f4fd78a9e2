# Which refusals delete the cookie, with which attributes; what another node may still accept is never deleted.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
my $key = 'key v1 file=v1.key;';
my %realm = (
    app => 'cookie access_token; login /login;',
    full => 'cookie session path=/app domain=example.com samesite=strict secure=off httponly=off;',
    lax => 'cookie session samesite=lax;',
    parted => 'cookie __Host-session partitioned;',
    varied => 'cookie session samesite=$same_site;',
    never => 'cookie session; clear_cookies off;',
    some => 'cookie session; clear_cookies claims;',
    foreign => 'cookie session path=/app domain=example.com; token cookie=legacy; token cookie=session;',
    loose => 'token cookie=legacy;',
);
my $nginx = Nginx->new(
    realms => {map { $_ => "$key $realm{$_}" } keys %realm},
    http => 'map $http_x_partner $same_site { default none; 1 lax; }',
    locations => join('', map {"location /$_ { auth_session $_; proxy_pass http://backend; }"} keys %realm),
);
my $good = mint({});
my %bad = (malformed => 'x', algorithm => mint({}, alg => 'HS512'), key => mint({}, kid => 'v9'),
    signature => tamper($good), expired => mint({exp => 1}), early => mint({nbf => time + 1000}),
    claims => mint({sub => undef}));

# Name and attributes of each Set-Cookie line, names of attributes in lower case, Expires judged and left out.
sub deleted {
    map {
        my ($pair, @attributes) = split /; /;
        my %attribute = map { /^([^=]+)=?(.*)$/ ? (lc $1 => $2) : () } @attributes;
        like delete $attribute{expires}, qr/^\w{3}, \d\d[ -]\w{3}[ -](?:19|20[01])\d/, 'Expires lies in the past';
        my ($name, $value) = $pair =~ /^([^=]+)=(.*)$/;
        is $value, '', 'nothing is left in it';
        {name => $name, %attribute};
    } $_[0]->headers('Set-Cookie');
}
my %default = (path => '/', 'max-age' => 0, secure => '', httponly => '', samesite => 'None');

my %cleared = (malformed => 1, expired => 1);
for my $reason (sort keys %bad) {
    is_deeply [deleted($nginx->get('/app', cookie($bad{$reason})))],
        [$cleared{$reason} ? {name => 'access_token', %default} : ()], "by default: $reason";
    is_deeply [map { $_->{name} } deleted($nginx->get('/some', cookie($bad{$reason}, 'session')))],
        [$reason =~ /claims/ ? 'session' : ()], "a list of its own: $reason";
    is_deeply [deleted($nginx->get('/never', cookie($bad{$reason}, 'session')))], [], "clear_cookies off: $reason";
}

sub deletion { my ($realm, $name, @headers) = @_; [deleted($nginx->get("/$realm", cookie('x', $name), @headers))] }
is_deeply deletion(full => 'session'), [{name => 'session', path => '/app', domain => 'example.com', 'max-age' => 0,
    samesite => 'Strict'}], 'all attributes changed';
is_deeply deletion(lax => 'session'), [{name => 'session', %default, samesite => 'Lax'}], 'SameSite=Lax';
is_deeply deletion(parted => '__Host-session'), [{name => '__Host-session', %default, partitioned => ''}],
    'Partitioned';
is_deeply deletion(varied => 'session'), [{name => 'session', %default}], 'SameSite by a variable';
is_deeply deletion(varied => 'session', 'X-Partner: 1'), [{name => 'session', %default, samesite => 'Lax'}],
    'SameSite by the same variable';
is_deeply deletion(foreign => 'legacy'), [{name => 'legacy', %default, path => '/app', domain => 'example.com'}],
    "another cookie is deleted with the realm's attributes";
is_deeply [map { @$_{qw(name path)} } @{deletion(loose => 'legacy')}], ['legacy', '/'], 'or from / without one';

is_deeply [deleted($nginx->get('/app'))], [], 'what was not sent is not deleted';
is_deeply [deleted($nginx->get('/app', bearer('x')))], [], 'nor is anything for a bearer token';
is_deeply [deleted($nginx->get('/app', cookie('x', 'other')))], [], 'nor for another cookie';
is_deeply [deleted($nginx->get('/app', cookie($good)))], [], 'nor for a good one';
is_deeply [deleted($nginx->get('/app', 'Cookie: access_token='))], [], 'nor for an empty one';

my $redirect = $nginx->navigate('/app', cookie($bad{expired}));
is $redirect->status, 302, 'a navigation';
is_deeply [deleted($redirect)], [{name => 'access_token', %default}], 'is deleted with the redirect too';

sub two { my ($one, $two) = @bad{@_}; [map { $_->{name} } deleted($nginx->get('/app',
    "Cookie: access_token=$one; access_token=$two"))] }
is_deeply two('expired', 'malformed'), ['access_token'], 'both are bad: deleted once';
is_deeply two('expired', 'key'), [], 'one may be good elsewhere: it stays';
is_deeply two('signature', 'expired'), [], 'whichever comes first';

my @both = deleted($nginx->get('/foreign', 'Cookie: session=x; legacy=x'));
is_deeply [sort map { $_->{name} } @both], ['legacy', 'session'], 'two names: both';
@both = deleted($nginx->get('/foreign', "Cookie: session=x; legacy=$bad{key}"));
is_deeply [map { $_->{name} } @both], ['session'], 'two names: each judged alone';

done;
