# Several tokens in one request: the first valid one wins, in the order of the sources; if none is, the first present
# gives the reason; a name may come in several cookies and lines; at most four tokens are tried.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
my $key = 'key v1 file=v1.key;';
my $nginx = Nginx->new(
    realms => {
        app => "$key cookie access_token;",
        reverse => "$key token bearer; token cookie=access_token; cookie access_token;",
        two => "$key token cookie=new; token cookie=old;",
    },
    echo => '$session_user $session_source',
    locations => join('', map {"location /$_ { auth_session $_; proxy_pass http://backend; }"} qw(app reverse two)),
);
my ($one, $two) = map { mint({sub => $_}) } qw(one two);
my $expired = mint({exp => 1});
my $early = mint({nbf => time + 1000});
my $false = tamper($one);

sub answer_for {
    my $response = $nginx->get(@_);
    return $response->status == 200 ? $response->body : $response->answer;
}

is answer_for('/app', cookie($one), bearer($two)), 'one cookie:access_token', 'by default the cookie comes first';
is answer_for('/app', bearer($two), cookie($one)), 'one cookie:access_token', "not the order of the request's lines";
is answer_for('/reverse', cookie($one), bearer($two)), 'two bearer', 'the order of the configuration';
is answer_for('/app', cookie($expired), bearer($two)), 'two bearer', 'a bad one gives way to a good one';
is answer_for('/reverse', bearer('nonsense'), cookie($one)), 'one cookie:access_token', 'the other way round';
is answer_for('/app', cookie($expired), bearer($false)), '401 expired', 'none is good: the first gives the reason';
is answer_for('/reverse', cookie($expired), bearer($false)), '401 signature', 'the first of the configuration';
is answer_for('/app', bearer($early)), '401 early', 'an absent one has no say';
is answer_for('/two', "Cookie: old=$one; new=$two"), 'two cookie:new', 'two names: the first of the configuration';
is answer_for('/two', "Cookie: old=$one; new=$expired"), 'one cookie:old', 'two names: the valid one';

is answer_for('/app', "Cookie: access_token=$one; access_token=$two"), 'one cookie:access_token',
    'one name twice: the first';
is answer_for('/app', "Cookie: access_token=$expired; access_token=$two"), 'two cookie:access_token',
    'one name twice: the valid one';
is answer_for('/app', "Cookie: access_token=$false; x=y; access_token=$expired"), '401 signature',
    'one name twice, both bad: the first';
is answer_for('/app', cookie($expired), cookie($two)), 'two cookie:access_token', 'two Cookie lines';
is answer_for('/app', cookie($one), cookie($two)), 'one cookie:access_token', 'two Cookie lines: the first';
is answer_for('/app', 'Cookie: access_token=', cookie($two)), 'two cookie:access_token', 'an empty one is none';

sub cookies { 'Cookie: ' . join '; ', map {"access_token=$_"} @_ }
is answer_for('/app', cookies(($expired) x 3, $one)), 'one cookie:access_token', 'the fourth is tried';
is answer_for('/app', cookies(($expired) x 4, $one)), '401 expired', 'the fifth is not';
is answer_for('/app', cookies(($expired) x 3), bearer($two)), 'two bearer', 'the fourth of all sources is tried';
is answer_for('/app', cookies(($expired) x 4), bearer($two)), '401 expired', 'the fifth of all sources is not';
is answer_for('/app', cookies(('') x 9, $one)), 'one cookie:access_token', 'empty ones do not count';

done;
